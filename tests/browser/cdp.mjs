// A headless Chromium, spoken to over a pipe in its DevTools protocol: no package is needed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), "counterfoil-browser-"));
  const child = spawn(
    process.env.CHROMIUM ?? "chromium",
    [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--remote-debugging-pipe", `--user-data-dir=${profile}`,
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const waiting = new Map();
  const listeners = [];
  let number = 0;
  let rest = Buffer.alloc(0);
  child.stdio[4].on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString());
      rest = rest.subarray(end + 1);
      const call = waiting.get(message.id);
      if (call) {
        waiting.delete(message.id);
        message.error ? call.reject(new Error(message.error.message)) : call.resolve(message.result);
      } else {
        listeners.forEach((listener) => listener(message));
      }
    }
  });
  const failed = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`chromium ended (${code})`)));
  });
  failed.catch(() => {});
  const send = (method, params = {}, sessionId) => {
    number += 1;
    const id = number;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return Promise.race([answer, failed]);
  };
  return {
    send,
    listen: (listener) => listeners.push(listener),
    async close() {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await send("Browser.close").catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// A page, what went wrong in it, and how it is asked.
export async function open(browser, url, width = 1200, height = 900) {
  const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const faults = [];
  let loaded = () => {};
  browser.listen((message) => {
    if (message.sessionId !== sessionId) return;
    if (message.method === "Page.loadEventFired") loaded();
    if (message.method === "Runtime.exceptionThrown") faults.push(message.params.exceptionDetails.text);
    if (message.method === "Log.entryAdded") faults.push(message.params.entry.text);
    if (message.method === "Network.requestWillBeSent") faults.push(...foreign(message.params.request.url, url));
  });
  for (const domain of ["Page", "Runtime", "Log", "Network", "Accessibility"]) await send(`${domain}.enable`);
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  const load = new Promise((resolve) => (loaded = resolve));
  await send("Page.navigate", { url });
  await load;
  return {
    send,
    faults,
    async run(expression) {
      const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? "failed");
      return answer.result.value;
    },
    async key(key, code = key) {
      const text = key === "Enter" ? "\r" : key === " " ? " " : undefined;
      const number = { Tab: 9, Enter: 13, " ": 32 }[key];
      const event = { key, code, windowsVirtualKeyCode: number, text };
      await send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", ...event });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    async picture() {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Buffer.from(data, "base64");
    },
    close: () => browser.send("Target.closeTarget", { targetId }),
  };
}

// The page itself is the only thing that may be loaded.
function foreign(asked, url) {
  return asked === url || asked.startsWith(url + "#") ? [] : [`a request to ${asked}`];
}
