// Keys of the desk: move in a list, choose, search, go back. The page /keys says them; nothing depends on them.
// One key alone works only while no field has the focus, and everybody can switch them off (WCAG 2.2 SC 2.1.4).
"use strict";
(() => {
  const setting = "yakuba.keys";
  const read = () => { try { return localStorage.getItem(setting); } catch { return null; } };
  const write = (value) => { try { localStorage.setItem(setting, value); } catch { /* a browser that keeps nothing */ } };
  const on = () => read() !== "off";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const first = (...selectors) => selectors.map((s) => document.querySelector(s)).find(Boolean);

  const links = () => all("main tbody tr").map((row) => row.querySelector("a[href]")).filter(Boolean);
  const move = (by) => {
    const list = links();
    const row = document.activeElement.closest("tbody tr");
    const at = list.findIndex((link) => link.closest("tr") === row);
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)];
    if (next) next.focus();
    return Boolean(next);
  };
  const choose = () => {
    const box = document.activeElement.closest("tbody tr")?.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };
  const focus = (element) => { if (element) element.focus(); return Boolean(element); };
  const follow = (link) => { if (link) link.click(); return Boolean(link); };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: choose,
    "/": () => focus(first("main input[type=search]")),
    u: () => follow(first("main a.back")),
    a: () => focus(first("#acts a, #acts button")),
    n: () => focus(first("#note")),
    "?": () => { location.assign("/keys"); return true; },
  };

  const typing = (element) =>
    element.isContentEditable || element.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=submit])");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (!on() || typing(event.target)) return;
    if (keys[event.key?.toLowerCase()]?.()) event.preventDefault();
  });

  // The line that names the keys is shown where they work; the switch stands on /keys.
  const show = () => {
    for (const line of all(".keys[hidden]")) if (on()) line.hidden = false;
    const [off, back] = [first("#keys-off"), first("#keys-on")];
    if (off && back) { off.hidden = !on(); back.hidden = on(); }
  };
  for (const [id, value] of [["keys-off", "off"], ["keys-on", "on"]])
    document.getElementById(id)?.addEventListener("click", () => {
      write(value);
      show();
      first(value === "off" ? "#keys-on" : "#keys-off").focus();
    });
  show();
})();
