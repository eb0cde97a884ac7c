// A badge that was used on this device is filled in by a tap; what is left is the password.
"use strict";

(() => {
  const badge = document.getElementById("id_login"), password = document.getElementById("id_password");
  for (const link of document.querySelectorAll("a[data-badge]")) {
    link.addEventListener("click", (event) => {
      if (!badge || !password) return;
      event.preventDefault();
      badge.value = link.dataset.badge;
      password.focus();
    });
  }
})();
