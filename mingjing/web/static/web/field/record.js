/* The page of one record: who, when, the form, photos, signatures, the rules, and finishing it. */

import { button, el, inWords, minuteNow, notice, show } from "./dom.js";
import { Form, faults, select } from "./form.js";
import { digestOf } from "./records.js";
import { ROLES, askSignature } from "./signature.js";

const SAVE_AFTER = 400;

export class RecordPage {
  constructor(app, record, finished) {
    this.app = app;
    this.record = record;
    this.finished = finished; // opened only to be looked at, until it is changed
    this.user = app.vault.user;
  }

  async open() {
    const { record } = this;
    this.form = new Form(record.form, record.facts, record.form.people);
    this.done = el("input", { class: "form-control", id: "done-at", type: "datetime-local", value: record.done_at, max: minuteNow() });
    this.who = Array.from({ length: Math.max(record.form.performers, record.performers.length) + 1 }, (_, at) => select(`who-${at}`, record.form.people, record.performers[at] || ""));
    this.late = el("textarea", { class: "form-control", id: "late-reason", rows: 2, maxlength: 300 });
    this.late.value = record.late_reason;
    this.saved = el("span", { class: "mj-small mj-muted", id: "saved", role: "status" });
    this.answer = el("div", { id: "answer" });
    this.photos = el("div");
    this.signatures = el("div");
    show(this.#head(), this.answer, this.#whoWhen(), this.#panel("内容", this.form.root), this.#photoPanel(), this.#signaturePanel(), this.#rules(), this.#foot());
    document.getElementById("main").oninput = () => this.#typed();
    this.#answered();
    await this.#drawPhotos();
    await this.#drawSignatures();
  }

  /* --- saving ----------------------------------------------------------------------------------- */

  #typed() {
    this.finished = false;
    this.form.refresh();
    this.#lateShown();
    this.saved.textContent = "……";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  read() {
    const { record } = this;
    record.facts = this.form.facts();
    record.performers = [...new Set(this.who.map((one) => one.read()).filter(Boolean))];
    record.done_at = this.done.value.slice(0, 16);
    record.late_reason = this.late.value.trim();
  }

  async save() {
    clearTimeout(this.timer);
    this.read();
    await this.app.records.save(this.record);
    this.saved.textContent = "已存在手机里";
    this.answer.querySelector("[data-lacking]")?.remove();
    await this.#drawSignatures();
  }

  /* --- parts ------------------------------------------------------------------------------------ */

  #panel(title, ...inside) { return el("section", { class: "mj-panel" }, el("header", {}, el("h2", {}, title)), el("div", { class: "mj-body" }, ...inside)); }

  #head() {
    const { record } = this;
    const newer = this.app.formFor(record);
    return el("div", { class: "fd-top" }, el("div", { class: "mj-crumbs" }, button("‹ 返回", () => this.leave(), "btn-quiet btn-sm")),
      el("h1", {}, record.form.title), record.case_title ? el("p", { class: "mj-muted" }, [record.case_title, record.party].filter(Boolean).join("　")) : "",
      record.form.remark ? el("p", { class: "mj-small mj-muted" }, record.form.remark) : "",
      newer && newer.law !== record.form.law ? notice("amber", "法规包已更新。", button("换用新表格", () => this.#renew(newer), "btn-quiet btn-sm")) : "");
  }

  async #renew(form) {
    this.read();
    this.record.form = form;
    await this.app.records.save(this.record);
    await this.open();
  }

  #whoWhen() {
    const { record } = this;
    const boxes = this.who.map((one, at) => [el("label", { class: "mj-label", for: `who-${at}` }, `执法人员 ${at + 1}${at < record.form.performers ? "" : "（可不填）"}`), one.node]);
    const known = record.form.known.length ? el("details", { class: "mj-small" }, el("summary", {}, `系统已有的 ${record.form.known.length} 项，不用填`),
      el("dl", { class: "mj-pairs" }, record.form.known.map((one) => [el("dt", {}, one.title), el("dd", {}, one.text)]))) : "";
    this.lateBox = el("div", {}, el("label", { class: "mj-label", for: "late-reason" }, "补录的原因"), this.late, el("div", { class: "fd-error", id: "late-error", role: "alert" }));
    this.#lateShown();
    return this.#panel("人员和时间", ...boxes.flat(), el("label", { class: "mj-label", for: "done-at" }, "行为时间（现场）"), this.done, this.lateBox, known,
      el("datalist", { id: "laws" }, record.form.laws.map((law) => el("option", { value: law }))));
  }

  #lateShown() {
    const hours = this.app.pack ? this.app.pack.late_hours : 24;
    const old = Date.now() - new Date(`${this.done.value}:00+08:00`).getTime() > hours * 3600000;
    this.lateBox.hidden = !old && !this.late.value && !(this.record.answer && (this.record.answer.errors || {}).late_reason);
  }

  #rules() {
    const { rules } = this.record.form;
    if (!rules.length) return "";
    return el("details", { class: "mj-panel" }, el("summary", {}, el("b", {}, `法律的要求 ${rules.length} 项`), el("span", { class: "mj-more" }, "同步时逐项核对")),
      el("ul", { class: "mj-lines mj-small" }, rules.map((rule) => el("li", {}, el("b", {}, rule.title), " ", rule.weight ? el("span", { class: "mj-tag mj-tag-red" }, "不合即退回") : "",
        el("div", { class: "mj-muted" }, rule.cite), rule.quote ? el("div", { class: "mj-quote" }, rule.quote) : ""))));
  }

  #foot() {
    return el("div", { class: "fd-foot" }, this.saved,
      button("完成，待同步", () => this.finish(), "btn-primary fd-big"),
      button("删除这条记录", () => this.discard(), "btn-danger"));
  }

  /* --- photos ----------------------------------------------------------------------------------- */

  #photoPanel() {
    const input = el("input", { type: "file", id: "photo", class: "fd-hidden", accept: "image/*", capture: "environment", multiple: true, onchange: () => this.#take(input) });
    return this.#panel("照片", this.photos, input, el("label", { class: "btn btn-quiet fd-big", for: "photo" }, "拍照或者选照片"),
      el("p", { class: "mj-hint" }, "保留原图，加密存在手机里。录像请联网后在案件页上传。"));
  }

  async #take(input) {
    const most = Math.min(this.app.pack ? this.app.pack.largest : Infinity, 30 * 1048576);
    this.finished = false;
    for (const file of [...input.files]) {
      if (!file.type.startsWith("image/") || file.size === 0 || file.size > most) {
        this.answer.replaceChildren(notice("red", `“${file.name}”没有收下：只收照片，每张不超过 ${Math.floor(most / 1048576)} MB。`));
        continue;
      }
      const title = `${this.record.form.title}照片${this.record.photos.length + 1}`;
      const kept = await this.app.records.addPicture(this.record, await file.arrayBuffer(), { title, file: file.name, type: file.type, at: new Date().toISOString() });
      if (this.record.photos.some((one) => one.digest === kept.digest)) await this.app.records.removePicture(kept.id);
      else this.record.photos.push(kept);
      await this.save();
    }
    input.value = "";
    await this.#drawPhotos();
  }

  async #drawPhotos() {
    const shown = await Promise.all(this.record.photos.map(async (photo) => {
      const address = URL.createObjectURL(new Blob([await this.app.records.picture(photo.id)], { type: photo.type }));
      const image = el("img", { class: "fd-photo", src: address, alt: photo.title, onload: () => URL.revokeObjectURL(address) });
      return el("li", {}, image, el("span", { class: "mj-small" }, photo.title), button("删去", () => this.#drop("photos", photo), "btn-quiet btn-sm"));
    }));
    this.photos.replaceChildren(shown.length ? el("ul", { class: "fd-photos" }, shown) : "");
  }

  async #drop(list, picture) {
    this.finished = false;
    this.record[list] = this.record[list].filter((one) => one.id !== picture.id);
    await this.save();
    await this.app.records.removePicture(picture.id);
    await (list === "photos" ? this.#drawPhotos() : this.#drawSignatures());
  }

  /* --- signatures ------------------------------------------------------------------------------- */

  #signaturePanel() {
    const names = { party: () => this.form.facts().party_name || this.record.party, witness: () => this.form.facts().witness_name, officer: () => this.#officer() };
    const buttons = Object.entries(ROLES).map(([role, title]) => button(`${title}签名`, () => this.#sign(role, names[role]())));
    return this.#panel("签名", this.signatures, el("div", { class: "fd-bar" }, buttons), el("p", { class: "mj-hint" }, "先把内容写完再签名：签名与所签的内容绑定，内容改动后须重新签名。"));
  }

  #officer() {
    const signed = this.record.signatures.map((one) => one.name);
    const described = new Map(this.record.form.people);
    return this.record.performers.map((name) => (described.get(name) || "").split("（")[0]).find((name) => name && !signed.includes(name)) || "";
  }

  async #sign(role, name) {
    await this.save();
    const of = await digestOf(this.record, this.user);
    const statement = `签名表示已核对本记录（${this.record.form.title}，${inWords(this.record.done_at)}）。`;
    const signed = await askSignature(role, name, of, statement);
    if (!signed) return;
    const { data, ...about } = signed;
    const kept = await this.app.records.addPicture(this.record, data, { ...about, title: `${ROLES[role]}签名（${about.name}）` });
    this.record.signatures.push(kept);
    await this.save();
  }

  async #drawSignatures() {
    const now = await digestOf(this.record, this.user);
    const shown = this.record.signatures.map((one) => el("li", { "data-sound": String(one.of === now) }, el("b", {}, one.title), " ",
      one.of === now ? el("span", { class: "mj-tag mj-tag-green" }, "与内容相符") : el("span", { class: "mj-tag mj-tag-red" }, "签名后内容有改动，签名已失效"),
      button("删去", () => this.#drop("signatures", one), "btn-quiet btn-sm")));
    this.signatures.replaceChildren(shown.length ? el("ul", { class: "fd-signatures" }, shown) : "");
  }

  /* --- finishing -------------------------------------------------------------------------------- */

  #answered() {
    const { answer, state } = this.record;
    if (!answer || state === "ready") return;
    const list = (title, lines) => (lines && lines.length ? [el("p", {}, el("b", {}, title)), el("ul", {}, lines.map((one) => el("li", {}, one)))] : []);
    const shown = new Set(this.record.form.fields.map((one) => one.name));
    const elsewhere = Object.entries(answer.errors || {}).filter(([name]) => !shown.has(name)).flatMap(([, texts]) => texts);
    const verdicts = (answer.verdicts || []).map((one) => [one.title, one.reason, one.cite].filter(Boolean).join("　"));
    this.answer.replaceChildren(notice("red", el("p", {}, el("b", {}, answer.message)), list("", answer.whole), list("", elsewhere.filter((text) => text !== answer.message)),
      list("法律不允许：", verdicts), list("离线期间本案的新行为：", answer.since)));
    this.form.mark(answer.errors || {});
    document.getElementById("late-error").textContent = ((answer.errors || {}).late_reason || []).join("");
  }

  async finish() {
    await this.save();
    const { record } = this;
    const found = faults(record.form, record.facts);
    const whole = [];
    if (record.performers.length < record.form.performers) whole.push(`执法人员不得少于 ${record.form.performers} 人。`);
    if (!record.done_at) whole.push("请填写行为时间。");
    if (!this.lateBox.hidden && !record.late_reason) whole.push("请写明补录的原因。");
    const now = await digestOf(record, this.user);
    if (record.signatures.some((one) => one.of !== now)) whole.push("有签名已失效：签名后内容又改动过。请删去后按现在的内容重新签名。");
    this.form.mark(found);
    const titles = record.form.fields.filter((one) => found[one.name]).map((one) => one.title);
    if (titles.length) whole.push(`还没有填写：${titles.join("、")}。`);
    if (whole.length) {
      const said = notice("red", el("p", {}, el("b", {}, "还不能完成")), el("ul", {}, whole.map((text) => el("li", {}, text))));
      said.tabIndex = -1;
      said.dataset.lacking = "1";
      this.answer.replaceChildren(said);
      said.focus();
      said.scrollIntoView();
      return;
    }
    record.state = "ready";
    record.order = Date.now();
    record.answer = null;
    await this.app.records.save(record);
    await this.app.home();
    this.app.sync();
  }

  async leave() {
    const before = await digestOf(this.record, this.user);
    await this.save();
    if (this.finished && before === await digestOf(this.record, this.user)) {
      this.record.state = "ready";
      await this.app.records.save(this.record);
    }
    await this.app.home();
    this.app.sync();
  }

  async discard() {
    if (!window.confirm("删除后照片和签名一并删去，无法恢复。确定删除？")) return;
    clearTimeout(this.timer);
    await this.app.records.remove(this.record.id);
    await this.app.home();
  }
}
