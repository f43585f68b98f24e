"use strict";
document.documentElement.classList.add("js");

// Sorting: a table's bodies are its rows; each may carry a second row with details.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      const keyed = [...table.tBodies].map((body) => [body.rows[0].cells[column].textContent.trim(), body]);
      keyed.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
      table.append(...keyed.map((pair) => pair[1]));
    });
  });
}

// Folding: the details of a row open from its first cell.
for (const more of document.querySelectorAll("tr.more")) {
  const body = more.parentElement;
  const cell = body.rows[0].cells[0];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", "Details of " + body.rows[0].querySelector("th").textContent.trim());
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(body.classList.toggle("open")));
  });
  cell.prepend(button);
}

// Filtering: by words, by verdict or severity, by rule.
for (const filter of document.querySelectorAll(".filter")) {
  const target = document.getElementById(filter.dataset.for);
  const items = [...target.querySelectorAll("[data-tags]")];
  const texts = new Map();
  const search = filter.querySelector("input[type=search]");
  const select = filter.querySelector("select");
  const boxes = [...filter.querySelectorAll("input[type=checkbox]")];
  const output = filter.querySelector("output");
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tags = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const rule = select ? select.value : "";
    let shown = 0;
    for (const item of items) {
      const fits =
        tags.has(item.dataset.tags) &&
        (!rule || item.dataset.rule === rule) &&
        words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      if (fits) shown += 1;
    }
    output.textContent = shown + " of " + items.length;
  };
  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  apply();
}

// Printing shows what is folded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")].filter((part) => !part.closest("#rules"));
  folded.forEach((part) => (part.open = true));
});
addEventListener("afterprint", () => folded.forEach((part) => (part.open = false)));
