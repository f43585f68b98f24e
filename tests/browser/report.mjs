// The HTML report in a real browser: what a reader clicks, types, prints and hears.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, open } from "./cdp.mjs";

const folder = resolve(process.argv[2] ?? "target/tmp/browser");
const file = (name) => {
  const path = join(folder, name);
  assert.ok(existsSync(path), `${path}: run \`cargo test --test all reports::html\` first`);
  return pathToFileURL(path).href;
};
const later = "new Promise((done) => setTimeout(done, 200))";
const checks = {
  async "the verdict stands first and nothing is loaded or refused"(browser) {
    const page = await open(browser, file("rejected.html"));
    assert.equal(await page.run("document.querySelector('h1').textContent"), "rejected");
    assert.ok(await page.run("document.querySelector('h1').getBoundingClientRect().top < 200"));
    writeFileSync(join(folder, "light.png"), await page.picture());
    await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
    const paper = await page.run("getComputedStyle(document.body).backgroundColor");
    assert.equal(paper, "rgb(20, 23, 27)");
    writeFileSync(join(folder, "dark.png"), await page.picture());
    assert.deepEqual(page.faults, []);
    await page.close();
  },
  async "hostile text is text"(browser) {
    const page = await open(browser, file("rejected.html"));
    assert.equal(await page.run("document.querySelectorAll('b, img, iframe, object').length"), 0);
    assert.equal(await page.run("document.querySelectorAll('script').length"), 1);
    await page.run("document.querySelector('#findings').scrollIntoView({behavior: 'instant'})");
    writeFileSync(join(folder, "findings.png"), await page.picture());
    await page.close();
  },
  async "a table sorts by a click, and back by another"(browser) {
    const page = await open(browser, file("rejected.html"));
    const first = "[...document.querySelectorAll('#claims-table tbody')].map((b) => b.rows[0].cells[6].textContent)";
    const click = "document.querySelectorAll('#claims-table thead button')[6].click()";
    await page.run(click);
    const up = await page.run(first);
    await page.run(click);
    assert.deepEqual(await page.run(first), [...up].reverse());
    assert.equal(await page.run("document.querySelectorAll('#claims-table th')[6].getAttribute('aria-sort')"), "descending");
    await page.close();
  },
  async "a claim's chain opens and can be followed"(browser) {
    const page = await open(browser, file("rejected.html"));
    const seen = "document.querySelector('#claims-table tr.more').getBoundingClientRect().height > 0";
    assert.equal(await page.run(seen), false);
    await page.run("document.querySelector('#claims-table button.fold').click()");
    assert.equal(await page.run(seen), true);
    assert.equal(await page.run("document.querySelectorAll('#claims-table tbody.open .tree .tree').length"), 2);
    await page.run("document.querySelector('#claims').scrollIntoView({behavior: 'instant'})");
    writeFileSync(join(folder, "chain.png"), await page.picture());
    await page.close();
  },
  async "a filter leaves what fits, and says how much"(browser) {
    const page = await open(browser, file("rejected.html"));
    const set = (text) => `{const s = document.querySelector('#findings input[type=search]'); s.value = ${JSON.stringify(text)};
      s.dispatchEvent(new Event('input', {bubbles: true}))}`;
    await page.run(set("argv"));
    await page.run(later);
    assert.equal(await page.run("document.querySelector('#findings output').textContent"), "1 of 4");
    await page.run(set(""));
    await page.run("document.querySelector('#findings input[value=error]').click()");
    await page.run(later);
    assert.equal(await page.run("document.querySelector('#findings output').textContent"), "1 of 4");
    await page.close();
  },
  async "the keyboard reaches everything, and everything has a name"(browser) {
    const page = await open(browser, file("rejected.html"));
    await page.key("Tab");
    assert.equal(await page.run("document.activeElement.className"), "skip");
    await page.run("document.querySelector('#claims-table button.fold').focus()");
    await page.key("Enter");
    assert.equal(await page.run("document.querySelector('#claims-table tbody').className"), "open");
    const { nodes } = await page.send("Accessibility.getFullAXTree");
    const roles = ["button", "link", "searchbox", "checkbox", "combobox", "table", "region", "image", "img"];
    const named = nodes.filter((node) => !node.ignored && roles.includes(node.role?.value));
    assert.ok(named.length > 30, `${named.length} controls`);
    const nameless = named.filter((node) => node.role.value !== "table" && !node.name?.value);
    assert.deepEqual(nameless.map((node) => node.role.value), []);
    await page.close();
  },
  async "the print view shows what is folded and hides what is clicked"(browser) {
    const page = await open(browser, file("rejected.html"));
    await page.send("Emulation.setEmulatedMedia", { media: "print" });
    assert.equal(await page.run("getComputedStyle(document.querySelector('nav')).display"), "none");
    assert.equal(await page.run("getComputedStyle(document.querySelector('tr.more')).display"), "table-row");
    writeFileSync(join(folder, "print.png"), await page.picture());
    const { data } = await page.send("Page.printToPDF", { printBackground: true });
    assert.ok(Buffer.from(data, "base64").length > 10_000);
    await page.close();
  },
  async "a narrow screen scrolls only inside its tables"(browser) {
    const page = await open(browser, file("rejected.html"), 390, 844);
    assert.ok(await page.run("document.documentElement.scrollWidth <= 390"), "the page is as wide as the screen");
    writeFileSync(join(folder, "narrow.png"), await page.picture());
    await page.close();
  },
  async "five thousand findings load and filter without a hang"(browser) {
    const started = performance.now();
    const page = await open(browser, file("large.html"));
    const load = performance.now() - started;
    const filter = await page.run(`(async () => {
      const s = document.querySelector('#findings input[type=search]');
      const started = performance.now();
      s.value = 'runs/04999';
      s.dispatchEvent(new Event('input', {bubbles: true}));
      const output = document.querySelector('#findings output');
      while (output.textContent !== '1 of 5000') await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now() - started;
    })()`);
    console.log(`    load ${Math.round(load)} ms, filter ${Math.round(filter)} ms`);
    assert.ok(load < 10_000 && filter < 3_000);
    writeFileSync(join(folder, "large.png"), await page.picture());
    assert.deepEqual(page.faults, []);
    await page.close();
  },
};

const browser = await launch();
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check(browser);
    console.log(`ok  ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`NOT ${name}\n${error.stack}`);
  }
}
await browser.close();
console.log(failed ? `${failed} failed` : `${Object.keys(checks).length} checks, screenshots in ${folder}`);
process.exit(failed ? 1 : 0);
