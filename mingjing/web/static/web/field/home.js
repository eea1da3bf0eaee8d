/* The first page after unlocking: what may be written here, and what has been written. */

import { button, el, inWords, notice, show } from "./dom.js";
import { STATES } from "./records.js";

const COLOURS = { draft: "", ready: "amber", refused: "red", done: "green" };

const tag = (state) => el("span", { class: `mj-tag ${COLOURS[state] ? `mj-tag-${COLOURS[state]}` : ""}` }, STATES[state]);

const line = (record, app) => {
  const what = el("b", {}, record.form.title);
  const where = record.case_title || (record.facts.party_name ? record.facts.party_name : "");
  const about = el("span", { class: "mj-small mj-muted", id: `about-${record.id}`, role: "status" }, record.state === "done"
    ? (record.done.again ? "此前已经同步，没有重复记录" : "已入案") : `${inWords(record.done_at)}　照片 ${record.photos.length}　签名 ${record.signatures.length}`);
  const act = record.state === "done"
    ? el("a", { class: "btn btn-quiet", href: record.done.address }, record.done.number || "看案件")
    : button(record.state === "ready" ? "查看" : "继续填写", () => app.edit(record.id), record.state === "refused" ? "btn-primary" : "btn-quiet");
  return el("li", { "data-state": record.state }, el("div", { class: "fd-line" }, el("div", {}, what, " ", tag(record.state)), where ? el("div", { class: "mj-small" }, where) : "", about), act);
};

const openings = (app) => app.pack.openings.map((form) => button(form.title, () => app.begin(form, null), "btn-primary fd-big"));

const place = (app, one) => el("section", { class: "mj-panel" },
  el("header", {}, el("h3", {}, one.title), el("span", { class: "mj-small mj-muted" }, [one.party, one.number].filter(Boolean).join("　"))),
  el("div", { class: "mj-body fd-bar" }, one.forms.map((form) => button(form.title, () => app.begin(form, one), "btn-primary"))));

const written = (records, app) => {
  const waiting = records.filter((one) => one.state === "ready").length;
  const refused = records.filter((one) => one.state === "refused").length;
  return [
    refused ? notice("red", `有 ${refused} 条被退回，内容和照片都在，改好后再同步。`) : "",
    app.said ? notice(app.said.colour, app.said.text, app.said.login ? el("p", {}, el("a", { class: "btn btn-primary", href: document.body.dataset.login }, "去登录")) : "") : "",
    el("section", { class: "mj-panel" }, el("header", {}, el("h2", {}, "我的记录"), el("span", { class: "mj-more" }, waiting ? `待同步 ${waiting} 条` : "没有待同步的")),
      records.length ? el("ul", { class: "mj-lines fd-list" }, [...records].reverse().map((one) => line(one, app)))
        : el("p", { class: "mj-body mj-muted" }, "还没有记录。断网时也可以写，恢复网络后自动同步。"),
      waiting ? el("div", { class: "mj-body" }, button(app.busy ? "正在同步……" : "现在同步", () => app.sync(), "btn-primary fd-big")) : ""),
  ];
};

export const home = async (app) => {
  const records = await app.records.all();
  const forms = app.pack ? [
    el("section", { class: "fd-start" }, el("h2", {}, "新办"), ...openings(app)),
    el("section", {}, el("h2", {}, "我办的案件"), app.pack.cases.length ? app.pack.cases.map((one) => place(app, one)) : el("p", { class: "mj-muted" }, "没有可以在现场记录的案件。")),
  ] : [notice("amber", "手机里没有表格。请联网登录一次，表格会自动存好。")];
  show(
    el("div", { class: "mj-head" }, el("h1", {}, "现场"), el("div", { class: "mj-actions" }, button("上锁", () => app.lock()), button("退出登录", () => app.logout()))),
    ...written(records, app), ...forms,
    app.pack ? el("p", { class: "mj-small mj-muted" }, `${app.pack.me.name}　${app.pack.agency}　表格版本 ${app.pack.law.slice(0, 8)}`) : "",
  );
};
