/* The page as a whole: starting with or without a network, unlocking, going between its two screens, signing out. */

import { notice } from "./dom.js";
import { home } from "./home.js";
import * as lock from "./lock.js";
import { RecordPage } from "./record.js";
import { Records } from "./records.js";
import * as server from "./server.js";
import * as store from "./store.js";
import { syncAll } from "./sync.js";
import * as vaults from "./vault.js";

const LEAVING = "mingjing-field-leaving"; // signed out while there was no network: the server is told later
const AGAIN = [5000, 15000, 60000];
const net = document.getElementById("net");

const app = {
  vault: null, records: null, pack: null, said: null, busy: false, tries: 0, at: "lock",
  sending: "", editing: "", // never the same record: what is being sent does not change under the hand

  async start() {
    navigator.serviceWorker?.register(document.body.dataset.worker, { scope: document.body.dataset.scope });
    if (!window.isSecureContext || !crypto.subtle) return lock.strange("insecure");
    navigator.storage?.persist?.();
    const fresh = await ask();
    const users = (await store.all("keys")).map((row) => row.user);
    if (fresh.pack && !users.includes(fresh.pack.me.username)) return lock.choose(fresh.pack.me, (vault) => app.opened(vault, fresh));
    if (!users.length) return lock.strange(fresh.why);
    const mine = fresh.pack ? [fresh.pack.me.username] : users;
    const words = fresh.why === "signed-out" ? "您没有登录：可以打开已写的记录继续写，同步之前请先登录。" : "";
    return lock.unlock(mine, (vault) => app.opened(vault, fresh), words);
  },

  async opened(vault, fresh) {
    app.vault = vault;
    app.records = new Records(vault);
    await app.keepPack(fresh.pack);
    await app.home();
    app.sync();
  },

  /* The pack of forms as it came, or else as it was kept. */
  async keepPack(pack) {
    if (pack && pack.me.username === app.vault.user) {
      app.pack = pack;
      await store.put("packs", { user: app.vault.user, ...await app.vault.sealJson("pack", pack) });
      return;
    }
    const row = await store.get("packs", app.vault.user);
    app.pack = row ? await app.vault.openJson("pack", row) : null;
  },

  formFor(record) {
    if (!app.pack) return null;
    const place = app.pack.cases.find((one) => one.code === record.case);
    const forms = record.case ? (place ? place.forms : []) : app.pack.openings;
    return forms.find((one) => one.kind === record.form.kind && one.procedure === record.form.procedure) || null;
  },

  async home() { app.at = "home"; app.editing = ""; document.getElementById("main").oninput = null; await home(app); },

  async begin(form, place) { await app.edit((await app.records.begin(form, place, app.pack)).id); },

  async edit(id) {
    if (app.sending === id) {
      app.said = { colour: "amber", text: "这一条正在同步，请稍候。" };
      return app.home();
    }
    app.editing = id;
    const record = await app.records.get(id);
    const finished = record.state === "ready";
    if (finished) { record.state = "draft"; await app.records.save(record); } // not sent while it is being looked at
    app.at = "record";
    return new RecordPage(app, record, finished).open();
  },

  async sync() {
    if (app.busy || !app.vault) return;
    app.busy = true;
    let result;
    try {
      result = await syncAll(app.records, (record, text) => {
        const about = document.getElementById(`about-${record.id}`);
        if (about) about.textContent = text;
      }, (id) => {
        if (app.editing !== id) app.sending = id;
        return app.editing !== id;
      });
    } finally { app.busy = false; app.sending = ""; }
    app.said = said(result);
    online(result.why);
    if (app.at === "home") await app.home();
    if (result.why === "offline" || result.why === "busy") {
      clearTimeout(app.timer);
      app.timer = setTimeout(() => app.sync(), AGAIN[Math.min(app.tries, AGAIN.length - 1)]);
      app.tries += 1;
    } else { app.tries = 0; if (result.sent) await app.refresh(); }
  },

  /* After something was recorded the cases stand elsewhere: fetch them anew. */
  async refresh() {
    const fresh = await ask(app.pack && app.pack.version);
    if (!app.vault || !fresh.pack) return;
    await app.keepPack(fresh.pack);
    if (app.at === "home") await app.home();
  },

  lock() { app.vault?.lock(); location.reload(); },

  /* What is not yet synchronised stays, sealed; everything else goes. */
  async logout() {
    const records = await app.records.all();
    const left = records.filter((one) => one.state !== "done");
    if (left.length && !window.confirm(`有 ${left.length} 条还没有同步，会加密留在这部手机里，下次登录并输入口令后继续。现在退出？`)) return;
    for (const one of records) if (one.state === "done") await app.records.remove(one.id);
    await store.remove("packs", app.vault.user);
    if (!left.length) await store.remove("keys", app.vault.user);
    app.vault.lock();
    try { await server.signOut(); } catch (fault) {
      if (fault instanceof server.Unreachable) localStorage.setItem(LEAVING, "1");
      else if (!(fault instanceof server.SignedOut)) throw fault;
    }
    location.reload();
  },
};

const online = (why) => {
  const off = why === "offline" || !navigator.onLine;
  net.textContent = off ? "没有网络，内容存在手机里" : "已联网";
  net.classList.toggle("fd-off", off);
};

const said = ({ sent, refused, left, why }) => {
  if (why === "signed-out") return { colour: "amber", text: `登录已结束，还有 ${left} 条没有同步。登录后会接着同步，内容都在手机里。`, login: true };
  if (why === "offline" && left) return { colour: "amber", text: `没有网络，${left} 条存在手机里，恢复后自动同步。` };
  if (refused) return { colour: "red", text: `${refused} 条被退回${sent ? `，${sent} 条已同步` : ""}。` };
  return sent ? { colour: "green", text: `已同步 ${sent} 条。` } : null;
};

/* The pack from the server, or why there is none. */
const ask = async (version) => {
  try {
    if (localStorage.getItem(LEAVING)) {
      await server.signOut();
      localStorage.removeItem(LEAVING);
    }
    const pack = await server.fetchPack(version);
    online("");
    return pack && pack.refused ? { why: "forbidden" } : { pack, why: "" };
  } catch (fault) {
    if (!(fault instanceof server.SignedOut || fault instanceof server.Unreachable)) throw fault;
    if (fault instanceof server.SignedOut) localStorage.removeItem(LEAVING);
    const why = fault instanceof server.SignedOut ? "signed-out" : "offline";
    online(why);
    return { why };
  }
};

window.addEventListener("online", () => { app.tries = 0; online(""); app.sync(); });
window.addEventListener("offline", () => online("offline"));
// Signed out in another window: what is open here is locked too.
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible" || !app.vault || !navigator.onLine) return;
  const { why } = await ask(app.pack && app.pack.version);
  if (why === "signed-out" && app.at === "home") app.lock();
});

app.start().catch((fault) => {
  document.getElementById("main").replaceChildren(notice("red", "页面没有打开，手机里的内容没有变动。请关闭后重新打开；仍不行请与系统管理员联系。"));
  throw fault;
});
