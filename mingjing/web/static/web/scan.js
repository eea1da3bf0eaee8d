/* The camera beside the box for a firm's code on an ordinary form; what is scanned is judged like what is typed. */

import { scanner } from "./field/scan.js";

const dressed = new WeakSet();

const dress = (box) => {
  if (dressed.has(box)) return;
  dressed.add(box);
  const said = document.createElement("div");
  said.className = "mj-small mj-red";
  said.setAttribute("role", "alert");
  const button = scanner(box.id, "", (text, fault) => {
    said.textContent = fault;
    if (!text) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  box.after(button, said);
};

const all = () => document.querySelectorAll('[name="f.entry_code"]').forEach(dress);
all();
document.body.addEventListener("htmx:afterSettle", all); // a refused form is drawn anew
