/* What is written but not saved stays in this browser: over a reload, a crash, a session that ends. */
"use strict";
(() => {
  const PREFIX = "lodestone-draft:";
  const DAYS = 7;
  const account = document.body.dataset.account;

  let store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return; // The browser keeps nothing for us; the pages work all the same.
  }

  const drafts = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));

  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };

  for (const key of drafts()) {
    const draft = read(key);
    if (!draft || !(Date.now() - draft.at < DAYS * 86400000)) store.removeItem(key);
  }

  let leaving = false;
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-clears-drafts]")) {
      leaving = true;
      for (const key of drafts()) if (key.startsWith(`${PREFIX}${account}:`)) store.removeItem(key);
    }
  });

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = `${PREFIX}${account}:${form.dataset.draft}`;
    const kept = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
    let touched = false;
    let sent = false;

    const state = () =>
      kept()
        .filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked)
        .map((field) => [field.name, field.value]);
    const save = () => {
      if (!touched || sent || leaving) return;
      try {
        store.setItem(key, JSON.stringify({ at: Date.now(), version: form.dataset.version, fields: state() }));
      } catch {
        // No room: the form itself still holds it.
      }
    };
    // The server keeps it too, for another browser; this one need not wait for that.
    const send = () => {
      if (!touched || sent || leaving || !form.dataset.draftUrl) return;
      fetch(form.dataset.draftUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        keepalive: true,
      }).catch(() => {});
    };
    const restore = (fields) => {
      const wanted = new Map();
      for (const [name, value] of fields) wanted.set(name, [...(wanted.get(name) || []), value]);
      for (const field of kept()) {
        const values = wanted.get(field.name) || [];
        if (/^(radio|checkbox)$/.test(field.type)) field.checked = values.includes(field.value);
        else if (values.length) {
          field.value = values.shift();
          if (field.value !== field.defaultValue) {
            const box = field.closest("details");
            if (box) box.open = true;
          }
        }
      }
    };

    const draft = read(key);
    // A draft that was sent, and whose form has a newer version since, has been saved.
    if (draft && draft.sent && draft.version !== form.dataset.version) store.removeItem(key);
    else if (draft && JSON.stringify(draft.fields) !== JSON.stringify(state())) {
      restore(draft.fields);
      touched = true;
      const note = document.querySelector(`[data-draft-note="${CSS.escape(form.dataset.draft)}"]`);
      if (note) {
        note.hidden = false;
      }
    }
    const discard = document.querySelector(`[data-draft-note="${CSS.escape(form.dataset.draft)}"] form`);
    if (discard) {
      discard.addEventListener("submit", () => {
        store.removeItem(key);
        sent = true;
      });
    }

    let timer;
    let slow;
    const changed = () => {
      touched = true;
      clearTimeout(timer);
      clearTimeout(slow);
      timer = setTimeout(save, 120);
      slow = setTimeout(send, 1500);
    };
    document.addEventListener("input", (event) => {
      if (event.target.form === form) changed();
    });
    document.addEventListener("change", (event) => {
      if (event.target.form === form) changed();
    });
    window.addEventListener("pagehide", () => {
      save();
      send();
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      clearTimeout(slow);
      touched = true;
      save();
      const now = read(key);
      if (now) store.setItem(key, JSON.stringify({ ...now, sent: true }));
      sent = true;
    });
    // Back from another page, the browser may show this one as it was left.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) sent = false;
    });
  }
})();
