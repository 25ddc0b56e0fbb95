/* Small comforts: evidence opens where it is pointed at, a lease is kept, nothing is sent twice. */
"use strict";
(() => {
  const reveal = (id) => {
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.matches("details")) target.open = true;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: "nearest" });
  };
  const revealHash = () => reveal(decodeURIComponent(location.hash.slice(1)));
  window.addEventListener("hashchange", revealHash);
  revealHash();

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) reveal(link.getAttribute("href").slice(1));
    const menu = document.querySelector("details.who[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // A second press while the first is under way would do the thing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.matches("[hx-post], [hx-get], [data-again]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  });

  // A turn stays yours while its page is open and seen.
  const lease = document.querySelector("[data-lease]");
  if (lease) {
    const keep = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(lease.dataset.lease, {
          method: "POST",
          body: new URLSearchParams({ csrf: lease.dataset.csrf }),
        });
        if (answer.status === 409) {
          lease.hidden = false;
          window.lodestone.announce(lease.textContent);
        }
      } catch {
        // No connection just now; the next one will do.
      }
    };
    setInterval(keep, 60000);
  }

  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr.responseText || "";
    const told = new DOMParser().parseFromString(answer, "text/html").querySelector("[role=alert]");
    window.lodestone.announce(told ? told.textContent : event.detail.xhr.statusText);
    const box = document.getElementById("trouble");
    if (box && told) {
      box.textContent = told.textContent;
      box.hidden = false;
    }
  });
  document.addEventListener("htmx:sendError", () => {
    const box = document.getElementById("trouble");
    if (box) box.hidden = false;
  });
})();
