// Opens the camera where a code is wanted: for the pile, or for one field of a form. Its files are asked for then, not before.
"use strict";

(() => {
  // as our labels are printed, and the address of a place
  const LABEL = /^[A-Z]{2}-[0-9A-Z]{8}-[0-9A-Z*]$/, PLACE = /\/p\/[^/]+$/;
  const panel = document.querySelector("[data-camera]");
  if (!panel) return;
  const dialog = panel.closest("dialog"), told = panel.querySelector("[data-told]");
  let camera = null, read = null, back = null;
  // buttons that do nothing without a script are not there without one
  document.documentElement.classList.add("scans");

  async function open(wanted, opener) {
    read = wanted;
    back = opener;
    panel.hidden = false;
    if (dialog) dialog.showModal();
    panel.querySelector("[data-stop]").focus();
    try {
      if (!camera) {
        const { Camera } = await import(panel.dataset.camera);
        camera = new Camera(panel, (code) => read(code));
      }
    } catch {
      told.textContent = panel.dataset.broken;
      return;
    }
    await camera.start();
  }

  function close() {
    if (camera) camera.stop("stopped");
    if (dialog) dialog.close();
    else panel.hidden = true;
    if (back) back.focus();
  }

  // The pile: each code is told to the server as a scanner that types would tell it, and what it answers is shown in place.
  const form = document.querySelector("[data-pile]");
  let turn = Promise.resolve();

  function grow(code) {
    const known = Array.from(form.querySelectorAll("input[type=hidden]"), (one) => one.value);
    if (known.includes(code.name)) return camera.say(`${code.name}: ${panel.dataset.known}`);
    turn = turn.then(async () => {
      const asked = new URLSearchParams(new FormData(form));
      asked.set("q", code.text);
      try {
        const summary = await show(`${form.action}?${asked}`);
        if (summary) camera.say(`${code.name}: ${summary}`);
        camera.signal(Boolean(summary));
      } catch {
        camera.forget(code.name);
        camera.tell("unreached");
        camera.signal(false);
      }
    });
  }

  // Show what an address of the pile holds in place of what is there; says what it is in short, or nothing if it refuses.
  async function show(address) {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const problem = page.querySelector("[data-problem]");
    if (problem) {
      camera.say(problem.textContent);
      return "";
    }
    if (!answer.ok) throw new Error(String(answer.status));
    if (!page.querySelector("[data-pile]")) {
      location.assign(answer.url);
      return "";
    }
    for (const part of document.querySelectorAll("[data-swap]")) {
      part.replaceWith(page.querySelector(`[data-swap="${part.dataset.swap}"]`));
    }
    history.replaceState(null, "", answer.url);
    return document.querySelector("[data-summary]").textContent.trim();
  }

  // Into a field: the label that a code of ours names, and of a seal all that it says.
  function fill(field) {
    const seal = field.matches("[data-seal]");
    return (code) => {
      const ours = LABEL.test(code.name) || PLACE.test(code.text);
      if (seal ? ours : !LABEL.test(code.name)) {
        camera.say(`${code.name}: ${seal ? panel.dataset.noSeal : panel.dataset.noUnit}`);
        camera.signal(false);
        return;
      }
      const value = seal ? code.text.trim() : code.name;
      const several = field.matches("[data-labels]");
      const lines = several ? field.value.split(/[\s,;]+/).filter(Boolean) : [];
      if (lines.includes(value)) return;
      field.value = several ? [...lines, value].join("\n") : value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      camera.signal(true);
      if (several) {
        camera.say(`${value}: ${lines.length + 1}`);
        return;
      }
      back = null;
      close();
      // as a scanner that types ends it: on to the next field
      field.focus();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    };
  }

  panel.querySelector("[data-stop]").addEventListener("click", close);
  if (dialog) dialog.addEventListener("close", () => camera && camera.stop("stopped"));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-scan], [data-scan-into]");
    if (opener) {
      const field = opener.dataset.scanInto && document.getElementById(opener.dataset.scanInto);
      open(field ? fill(field) : grow, opener);
      return;
    }
    const link = event.target.closest("[data-off]");
    if (link && camera && camera.running) {
      event.preventDefault();
      turn = turn.then(() => show(link.href)).catch(() => camera.tell("unreached"));
    }
  });
})();
