// Drafts: what is typed into an act's form outlives a reload, a closed tab and a dead battery, until it is answered.
// It is kept encrypted, under a key that the server gives to that officer's pages on this device alone, until they sign out:
// the device without the officer reads nothing. Files are not kept. Signing out, or switching, drops everything.
"use strict";

(() => {
  const PREFIX = "draft-", LONGEST = 12 * 3600 * 1000, AFTER = 300;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "device_at", "offset_minutes"]);
  const kept = window.localStorage;
  let timer = 0, form = null, cipher = null, name = "";

  function drop(only) {
    for (const one of Object.keys(kept)) if (one.startsWith(PREFIX) && only(one)) kept.removeItem(one);
  }

  function old(one) {
    try {
      return Date.now() - JSON.parse(kept.getItem(one)).at > LONGEST;
    } catch {
      return true;
    }
  }

  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

  async function open() {
    form = document.querySelector("form[data-draft]");
    if (!form || !crypto.subtle) return;
    const secret = bytes(form.dataset.draft);
    cipher = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
    // under a name that tells neither the officer nor the unit
    const whole = new Uint8Array([...secret, ...new TextEncoder().encode(location.pathname + location.search)]);
    name = PREFIX + text(await crypto.subtle.digest("SHA-256", whole));
    if (!form.hasAttribute("data-given")) await restore();
  }

  function told() {
    return Array.from(new FormData(form)).filter(([field, value]) => typeof value === "string" && !NOT_KEPT.has(field));
  }

  async function keep() {
    if (!cipher || !form.isConnected) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(told()));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, cipher, plain);
    // a draft that was answered while this was being sealed stays gone
    if (form.isConnected && !form.hasAttribute("data-sent")) {
      kept.setItem(name, JSON.stringify({ at: Date.now(), iv: text(iv), sealed: text(sealed) }));
    }
  }

  async function restore() {
    const found = kept.getItem(name);
    if (!found) return;
    let fields;
    try {
      const { iv, sealed } = JSON.parse(found);
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, cipher, bytes(sealed));
      fields = JSON.parse(new TextDecoder().decode(plain));
    } catch {
      kept.removeItem(name);
      return;
    }
    rows(fields);
    const values = new Map();
    for (const [field, value] of fields) values.set(field, [...(values.get(field) || []), value]);
    for (const control of form.elements) if (control.name && control.type !== "file" && !NOT_KEPT.has(control.name)) fill(control, values);
    const words = document.querySelector("template[data-draft-words]");
    const shown = words.content.firstElementChild.cloneNode(true);
    shown.querySelector("[data-afresh]").addEventListener("click", () => {
      kept.removeItem(name);
      location.reload();
    });
    form.before(shown);
  }

  // as many rows as there were
  function rows(fields) {
    for (const table of form.querySelectorAll("[data-table]")) {
      const count = table.querySelector("[data-rows]"), more = table.querySelector(".more input");
      const had = fields.find(([field]) => field === count.name);
      const lacking = had ? Number(had[1]) - Number(count.value) : 0;
      if (!more || lacking <= 0) continue;
      more.value = String(lacking);
      table.querySelector("[data-more]").click();
      more.value = "1";
    }
  }

  function fill(control, values) {
    const had = values.get(control.name) || [];
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = had.includes(control.value);
    } else if (control.tagName === "TEXTAREA" && form.querySelector(`[type=checkbox][name="${control.name}"]`)) {
      const boxes = Array.from(form.querySelectorAll(`[type=checkbox][name="${control.name}"]`), (box) => box.value);
      control.value = had.filter((value) => !boxes.includes(value)).join("\n");
    } else if (had.length) {
      control.value = had[0];
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  addEventListener("input", (event) => {
    // what a script fills in is no typing
    if (!form || !event.isTrusted || !form.contains(event.target)) return;
    form.setAttribute("data-typed", "");
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER);
  });
  addEventListener("custody:sending", keep);
  addEventListener("custody:sent", (event) => {
    event.target.setAttribute("data-sent", "");
    clearTimeout(timer);
    kept.removeItem(name);
  });
  document.addEventListener("custody:shown", open);

  // Leaving: nobody loses a form unasked, and nothing of it stays for the next one.
  addEventListener("submit", (event) => {
    const leaving = event.target;
    if (!leaving.matches("form[data-leaving]")) return;
    const unsent = (form && form.hasAttribute("data-typed") && !form.hasAttribute("data-sent")) || Object.keys(kept).some((one) => one.startsWith(PREFIX));
    if (unsent && !confirm(leaving.dataset.leaving)) {
      event.preventDefault();
      return;
    }
    drop(() => true);
    if (form) form.setAttribute("data-sent", "");
  });

  drop(old);
  open();
})();
