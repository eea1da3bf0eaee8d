/* A form from its definition: controls, what is asked for in view of the rest, and the facts that were typed. */

import { el } from "./dom.js";
import { scanner } from "./scan.js";

const RADIOS_UP_TO = 5;
const INPUTS = { date: "date", datetime: "datetime-local", phone: "tel" };
const KEYBOARD = { money: "decimal", decimal: "decimal", int: "numeric" };
const nothing = (value) => value === "" || value === undefined || (Array.isArray(value) && value.length === 0);

/* Which fields are asked for: as ActKind.fields_for in the law engine, on words instead of values. */
export const askedFor = (form, facts) => {
  const known = { ...form.given, ...facts };
  const asked = [];
  for (const field of form.fields) {
    const met = field.only_if.every(({ name, values }) => {
      if (name in known) return [known[name]].flat().some((one) => values.includes(one));
      return !form.asks.includes(name);
    });
    if (met) asked.push(field.name);
    else delete known[field.name];
  }
  return asked;
};

/* What is lacking or cannot be, told before anything is sent; the law is asked when it is sent. */
export const faults = (form, facts) => {
  const asked = askedFor(form, facts);
  const found = {};
  for (const field of form.fields) {
    if (!asked.includes(field.name)) continue;
    if (field.required && nothing(facts[field.name])) found[field.name] = [`请填写“${field.title}”`];
  }
  return found;
};

export class Form {
  constructor(form, facts, people) {
    this.form = form;
    this.people = people;
    this.boxes = new Map();
    this.root = el("div", { class: "fd-fields" });
    for (const field of form.fields) {
      const box = this.#box(field, facts[field.name]);
      this.boxes.set(field.name, box);
      this.root.append(box.node);
    }
    this.refresh();
  }

  /* The facts as the server's own form reads them: what is not asked for, or empty, is absent. */
  facts() {
    const typed = {};
    for (const field of this.form.fields) {
      const value = this.boxes.get(field.name).read();
      if (!nothing(value)) typed[field.name] = value;
    }
    const asked = askedFor(this.form, typed);
    return Object.fromEntries(Object.entries(typed).filter(([name]) => asked.includes(name)));
  }

  refresh() {
    const typed = {};
    for (const [name, box] of this.boxes) {
      const value = box.read();
      if (!nothing(value)) typed[name] = value;
    }
    const asked = askedFor(this.form, typed);
    for (const [name, box] of this.boxes) box.node.hidden = !asked.includes(name);
  }

  mark(errors) {
    for (const [name, box] of this.boxes) {
      const texts = errors[name] || [];
      box.error.replaceChildren(...texts.map((text) => el("span", {}, text)));
      box.node.classList.toggle("fd-wrong", texts.length > 0);
    }
  }

  #box(field, value) {
    const id = `f-${field.name}`;
    const error = el("div", { class: "fd-error", id: `${id}-error`, role: "alert" });
    const title = [field.title, field.unit && `（${field.unit}）`, field.required && el("span", { class: "fd-must" }, " 必填")];
    const control = field.scan === undefined ? this.#control(field, value, id) : scanned(field, value, id, (fault) => { error.textContent = fault; node.classList.toggle("fd-wrong", Boolean(fault)); });
    const help = field.help ? el("div", { class: "mj-hint", id: `${id}-help` }, field.help) : "";
    const node = control.grouped
      ? el("fieldset", { class: "fd-field", "aria-describedby": `${id}-error` }, el("legend", { class: "mj-label" }, ...title), control.node, help, error)
      : el("div", { class: "fd-field" }, el("label", { class: "mj-label", for: id }, ...title), control.node, help, error);
    return { node, error, read: control.read };
  }

  #control(field, value, id) {
    if (field.type === "citations" || field.type === "rows") return this.#rows(field, value || [], id);
    if (field.type === "people") return this.#checks(id, this.people, value || []);
    if (field.type === "multichoice") return this.#checks(id, field.options, value || []);
    if (field.type === "person") return select(id, this.people, value);
    if (field.options.length > RADIOS_UP_TO) return select(id, field.options, value);
    if (field.options.length) return radios(id, field.options, value);
    return input(field, value, id);
  }

  #checks(id, options, chosen) {
    const node = el("div", { class: "fd-choices" }, options.map(([code, label], at) => el("label", { class: "fd-choice", for: `${id}-${at}` },
      el("input", { type: "checkbox", id: `${id}-${at}`, name: id, value: code, checked: chosen.includes(code) }), el("span", {}, label))));
    return { node, grouped: true, read: () => [...node.querySelectorAll("input:checked")].map((one) => one.value) };
  }

  #rows(field, values, id) {
    const list = el("div", { class: "fd-rows" });
    const rows = [];
    const add = (row = {}) => {
      const number = rows.length + 1;
      const boxes = field.columns.map((column) => {
        const cell = `${id}-${number}-${column.name}`;
        const control = this.#control(column, row[column.name], cell);
        const label = el("label", { class: "mj-label", for: cell }, `${column.title}${number > 1 ? ` ${number}` : ""}`);
        return { name: column.name, read: control.read, node: el("div", {}, control.grouped ? el("div", { class: "mj-label" }, column.title) : label, control.node) };
      });
      rows.push(boxes);
      list.append(el("div", { class: "fd-row" }, boxes.map((box) => box.node)));
    };
    (values.length ? values : [{}]).forEach(add);
    const node = el("div", {}, list, el("button", { type: "button", class: "btn btn-quiet btn-sm", onclick: () => add() }, "增加一行"));
    const read = () => rows
      .map((boxes) => Object.fromEntries(boxes.map((box) => [box.name, box.read()]).filter(([, value]) => !nothing(value))))
      .filter((row) => Object.keys(row).length);
    return { node, grouped: true, read };
  }
}

/* A box that the camera fills: the code of another firm is refused at once, without a network. */
const scanned = (field, value, id, told) => {
  const box = input(field, value, id);
  const button = scanner(id, field.scan, (text, fault) => {
    if (text) { box.node.value = text; box.node.dispatchEvent(new Event("input", { bubbles: true })); }
    told(fault);
  });
  return { node: el("div", { class: "fd-scan" }, box.node, button), read: box.read };
};

const input = (field, value, id) => {
  if (field.type === "longtext") {
    const node = el("textarea", { class: "form-control", id, rows: 4, maxlength: field.max || undefined });
    node.value = value || "";
    return { node, read: () => node.value.trim() };
  }
  const node = el("input", {
    class: "form-control", id, type: INPUTS[field.type] || "text", inputmode: KEYBOARD[field.type], autocomplete: "off",
    maxlength: field.type === "text" ? field.max : undefined, list: field.name === "law" ? "laws" : undefined,
    value: field.type === "datetime" ? (value || "").slice(0, 16) : value || "",
  });
  const read = () => (field.type === "datetime" && node.value ? `${node.value.slice(0, 16)}+08:00` : node.value.trim());
  return { node, read };
};

export const select = (id, options, value) => {
  const node = el("select", { class: "form-select", id }, el("option", { value: "" }, "请选择"), options.map(([code, label]) => el("option", { value: code, selected: code === value }, label)));
  return { node, read: () => node.value };
};

const radios = (id, options, value) => {
  const node = el("div", { class: "fd-choices" }, options.map(([code, label], at) => el("label", { class: "fd-choice", for: `${id}-${at}` },
    el("input", { type: "radio", id: `${id}-${at}`, name: id, value: code, checked: code === value }), el("span", {}, label))));
  const read = () => { const chosen = node.querySelector("input:checked"); return chosen ? chosen.value : ""; };
  return { node, grouped: true, read };
};
