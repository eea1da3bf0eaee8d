/* The locked page: whose records are here, and the pass code that opens them. */

import { button, el, notice, show } from "./dom.js";
import * as vaults from "./vault.js";

const field = (id, title, about = {}) => {
  const input = el("input", { class: "form-control", id, type: "password", autocomplete: "off", required: true, ...about });
  return [el("label", { class: "mj-label", for: id }, title), input];
};

const page = (title, words, form) => show(el("section", { class: "fd-narrow" }, el("h1", {}, title), ...words.map((text) => el("p", {}, text)), form));

const form = (rows, action, onsubmit) => {
  const wrong = el("p", { class: "fd-error", role: "alert" });
  const made = el("form", { class: "fd-form" }, ...rows.flat(), wrong, el("button", { type: "submit", class: "btn btn-primary fd-big" }, action));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = made.querySelector("[type=submit]");
    pressed.disabled = true;
    wrong.textContent = "";
    wrong.textContent = await onsubmit() || "";
    pressed.disabled = false;
  });
  return made;
};

/* The first time on this phone: a pass code is chosen. */
export const choose = (me, opened) => {
  const one = field("code", `现场口令（至少 ${vaults.SHORTEST} 位，数字或字母）`, { minlength: vaults.SHORTEST });
  const again = field("code-again", "再输一次");
  page("设置现场口令", [
    `${me.name}，断网时写下的记录、照片和签名加密存在这部手机里，用这个口令打开。`,
    "口令不上传，也无法找回；忘记口令，未同步的内容就打不开。不要用生日、手机号。",
  ], form([one, again], "设置并进入", async () => {
    if (one[1].value.length < vaults.SHORTEST) return `口令至少 ${vaults.SHORTEST} 位。`;
    if (one[1].value !== again[1].value) return "两次输入的口令不一样，请重新输入。";
    opened(await vaults.create(me.username, one[1].value));
    return "";
  }));
  one[1].focus();
};

export const unlock = (users, opened, words = "") => {
  const who = el("select", { class: "form-select", id: "who" }, users.map((user) => el("option", { value: user }, user)));
  const code = field("code", "现场口令", { autocomplete: "current-password" });
  const rows = users.length > 1 ? [[el("label", { class: "mj-label", for: "who" }, "用户名"), who], code] : [code];
  page("现场记录已上锁", [words || `请输入 ${users.length > 1 ? "本人" : users[0]} 的现场口令。`], form(rows, "打开", async () => {
    const vault = await vaults.unlock(who.value, code[1].value);
    if (!vault) { code[1].value = ""; return "口令不对，请重新输入。"; }
    opened(vault);
    return "";
  }));
  code[1].focus();
};

export const strange = (reason) => {
  const login = document.body.dataset.login;
  const words = {
    offline: ["这部手机还没有准备好", "第一次使用请在有网络的地方登录并打开本页，表格会存到手机里，此后断网也能办。"],
    "signed-out": ["请先登录", "登录后回到本页，表格会存到手机里，此后断网也能办。"],
    forbidden: ["没有权限", "现场记录由执法人员填写。您现有的角色不能使用本页，请与系统管理员联系。"],
    insecure: ["这里不能离线办案", "本页需要加密连接（https）。请与系统管理员联系，或者在有网络时到“案件”里办理。"],
  }[reason];
  show(el("section", { class: "fd-narrow" }, el("h1", {}, words[0]), notice(reason === "signed-out" ? "green" : "amber", words[1]),
    reason === "signed-out" ? el("a", { class: "btn btn-primary fd-big", href: login }, "去登录") : "",
    reason === "offline" ? button("再试一次", () => location.reload(), "btn-primary fd-big") : ""));
};
