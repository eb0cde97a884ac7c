// Files before they are sent: what was taken is seen, what is too large is told now and not after minutes of sending.
"use strict";

(() => {
  function size(bytes) {
    const [unit, count] = bytes < 100000 ? ["kilobyte", bytes / 1000] : ["megabyte", bytes / 1000000];
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(count);
  }

  for (const box of document.querySelectorAll("[data-files]")) {
    const inputs = box.querySelectorAll("input[type=file]"), list = box.querySelector(".chosen"), problem = box.querySelector("[data-wrong]");
    const words = box.dataset;

    function show() {
      const files = Array.from(inputs).flatMap((input) => Array.from(input.files));
      for (const picture of list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
      list.replaceChildren(...files.map(line));
      const whole = files.reduce((sum, file) => sum + file.size, 0);
      const wrong = files.some((file) => file.size > Number(words.most)) ? words.tooLarge
        : whole > Number(words.mostTogether) ? words.tooLargeTogether
          : files.length > Number(words.mostFiles) ? words.tooMany : "";
      problem.textContent = wrong;
      problem.hidden = !wrong;
      return !wrong;
    }

    function line(file) {
      const item = document.createElement("li"), told = document.createElement("span");
      told.textContent = `${file.name} · ${size(file.size)}`;
      if (file.type.startsWith("image/")) {
        const picture = document.createElement("img");
        picture.alt = "";
        // not every browser shows what every phone takes; name and size will do then
        picture.addEventListener("error", () => picture.remove());
        picture.src = URL.createObjectURL(file);
        item.append(picture);
      }
      if (file.size > Number(words.most)) told.classList.add("error");
      item.append(told);
      return item;
    }

    for (const input of inputs) input.addEventListener("change", show);
    // before forms.js, which disables the buttons of what is sent
    box.closest("form").addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.hasAttribute("data-more")) return;
      if (show()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      problem.focus();
    }, { capture: true });
    // the back button shows what was chosen as it was left
    addEventListener("pageshow", show);
  }
})();
