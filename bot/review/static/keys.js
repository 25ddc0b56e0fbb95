/* Keys for those who judge all day. Each only does what a button or link on the page does too. */
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const items = () => [...document.querySelectorAll("[data-item]")];

  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable ||
      element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit], [type=button])"));

  const announce = (text) => {
    const live = find("#live");
    if (!live || !text) return;
    // The same words twice would not be read twice.
    live.textContent = live.textContent === text ? text + "\u00a0" : text;
  };

  const focusOn = (element) => {
    if (!element) return false;
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    element.focus();
    element.scrollIntoView({ block: "nearest" });
    return true;
  };

  const move = (step) => {
    const all = items();
    if (!all.length) return false;
    const now = all.findIndex((item) => item.classList.contains("here"));
    const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
    all.forEach((item) => item.classList.toggle("here", item === next));
    focusOn(next.querySelector("[data-item-link]") || next);
    return true;
  };

  const judge = (number) => {
    const choice = find(`#judge-form input[name=verdict][data-key="${number}"]`);
    if (!choice || choice.disabled) return false;
    choice.click();
    choice.focus();
    announce(choice.closest("label").innerText.replace(/\s+\d\s*$/, ""));
    return true;
  };

  const comment = () => {
    const here = find("[data-item].here");
    return focusOn((here && here.querySelector("textarea")) || find("#comment"));
  };

  const submit = (selector) => {
    const form = find(selector);
    if (!form) return false;
    const button = form.querySelector("button");
    if (button) button.focus();
    form.requestSubmit(button || undefined);
    return true;
  };

  const search = () => {
    const box = find("[data-search]");
    if (box) {
      focusOn(box);
      box.select();
    } else {
      location.assign("/turns");
    }
    return true;
  };

  const help = () => {
    const dialog = find("dialog#keys");
    if (!dialog) return false;
    if (dialog.open) dialog.close();
    else dialog.showModal();
    return true;
  };

  const saveAndNext = (element) => {
    const judging = find("#judge-form");
    const form = (element && element.form) || judging;
    if (!form) return false;
    const button = form.querySelector("[data-save]");
    form.requestSubmit(button || undefined);
    return true;
  };

  const keys = {
    t: () => focusOn(find("#tags")),
    c: comment,
    e: () => focusOn(find("[data-correct]")),
    g: () => submit("#promote-form"),
    n: () => submit("#take-form"),
    j: () => move(1),
    k: () => move(-1),
    "/": search,
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (saveAndNext(target)) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && typing(target)) {
      target.blur();
      return;
    }
    if (typing(target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const open = find("dialog[open]");
    if (open && event.key !== "?") return;
    const does = /^[1-6]$/.test(event.key) ? () => judge(Number(event.key)) : keys[event.key];
    if (does && does()) event.preventDefault();
  });

  // What has focus is what `c` speaks of.
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest && event.target.closest("[data-item]");
    if (item) items().forEach((other) => other.classList.toggle("here", other === item));
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  });

  window.lodestone = { announce, focusOn };
})();
