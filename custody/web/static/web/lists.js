// Lists of units and of flags: tick all, and say how many are ticked.
"use strict";

(() => {
  const form = document.querySelector("[data-ticking]");
  if (!form) return;
  const boxes = Array.from(document.querySelectorAll(form.dataset.ticking));
  if (!boxes.length) return;
  const all = form.querySelector("[data-tick-all]"), told = form.querySelector("[data-ticked]");
  const buttons = form.querySelectorAll("button");
  const nothing = told.textContent;
  all.closest("label").hidden = false;

  function tell() {
    const count = boxes.filter((box) => box.checked).length;
    told.textContent = count ? told.dataset.some.replace("{count}", String(count)) : nothing;
    for (const button of buttons) button.disabled = count === 0;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  addEventListener("pageshow", tell);
  tell();
})();
