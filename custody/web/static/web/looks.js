// The choice of an appearance takes effect in place: a form that is half filled in stays so.
"use strict";

(() => {
  for (const form of document.querySelectorAll("form[data-looks]")) {
    form.addEventListener("submit", (event) => {
      const chosen = event.submitter;
      if (!chosen) return;
      event.preventDefault();
      // not followed: the page that it leads back to is this one
      fetch(form.action, { method: "POST", body: new FormData(form, chosen), redirect: "manual" })
        .then((answer) => {
          if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
          document.documentElement.dataset.theme = chosen.value;
          document.querySelector("meta[name=color-scheme]").content = chosen.dataset.scheme;
          for (const one of form.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === chosen));
          form.closest("details").open = false;
          form.closest("details").querySelector("summary").focus();
        })
        .catch(() => {
          const field = document.createElement("input");
          field.type = "hidden";
          field.name = chosen.name;
          field.value = chosen.value;
          form.append(field);
          form.submit();
        });
    });
  }
})();
