/* The officers' face without a framework: idle notice, drafts on leaving, added rows, one submit, upload progress.
   Every page works without this file, only less comfortably. */
"use strict";

(() => {
  const body = document.body;

  /* Idle notice ------------------------------------------------------------------------------- */
  const notice = document.getElementById("session-notice");
  let lastContact = Date.now();

  const showNotice = (over) => {
    if (!notice) return;
    notice.querySelector("[data-title]").textContent = over ? "登录已超时" : "即将自动退出登录";
    notice.querySelector("[data-text]").textContent = over
      ? "本页填写的内容仍在。请在新窗口登录，再回到本页继续。"
      : "较长时间没有操作，5 分钟内将自动退出。";
    notice.querySelector("[data-stay]").hidden = over;
    notice.querySelector("[data-again]").hidden = !over;
    notice.querySelector("[data-back]").hidden = !over;
    notice.hidden = false;
  };

  const renew = async () => {
    const answer = await fetch(body.dataset.session, { headers: { "X-Requested-With": "fetch" } });
    const state = await answer.json();
    if (!state.signed_in) return showNotice(true);
    // Signing in elsewhere changed the form token: every form on this page needs the new one.
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = state.token; });
    lastContact = Date.now();
    notice.hidden = true;
  };

  if (notice) {
    notice.querySelector("[data-stay]").addEventListener("click", renew);
    notice.querySelector("[data-back]").addEventListener("click", renew);
    const minutes = Number(body.dataset.signedInMinutes || 30);
    setInterval(() => {
      const idle = (Date.now() - lastContact) / 60000;
      if (idle >= minutes) showNotice(true);
      else if (idle >= minutes - 5) showNotice(false);
    }, 20000);
    document.addEventListener("htmx:afterRequest", (event) => {
      const status = event.detail.xhr && event.detail.xhr.status;
      if (status === 401) showNotice(true);
      else if (status && status < 400) lastContact = Date.now();
    });
  }

  document.addEventListener("mj:contact", () => { lastContact = Date.now(); });

  /* Forms: one submit, draft on leaving ---------------------------------------------------------- */
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.draft) form.dataset.dirty = "1";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest && event.detail.elt.closest("form[data-draft]");
    if (form && event.detail.successful && event.detail.pathInfo.requestPath === form.dataset.draft) delete form.dataset.dirty;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.form;
    if (form && form.dataset.draft && event.detail.pathInfo.requestPath === new URL(form.action).pathname) delete form.dataset.dirty;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    delete form.dataset.dirty;
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    document.querySelectorAll("form[data-dirty]").forEach((form) => {
      if (navigator.sendBeacon(form.dataset.draft, new FormData(form))) delete form.dataset.dirty;
    });
  });

  document.addEventListener("htmx:afterSwap", () => {
    const refusal = document.getElementById("refusal");
    if (refusal && !refusal.dataset.seen) { refusal.dataset.seen = "1"; refusal.focus(); }
  });

  /* Fields that are asked for only while another field says so ------------------------------------- */
  document.documentElement.classList.add("mj-scripted");
  const given = (form, name) => [...form.querySelectorAll(`[name="${name}"]`)]
    .filter((input) => !input.closest(".mj-off") && (!/^(radio|checkbox)$/.test(input.type) || input.checked))
    .map((input) => input.value);
  // In the order of the page: what a hidden field says decides nothing.
  const bringOut = (form) => form.querySelectorAll("[data-only-if]").forEach((field) => {
    const met = Object.entries(JSON.parse(field.dataset.onlyIf))
      .every(([name, wanted]) => given(form, name).some((value) => wanted.includes(value)));
    field.classList.toggle("mj-off", !met);
  });
  ["input", "change"].forEach((event) => document.addEventListener(event, ({ target }) => {
    if (target.form && target.form.querySelector("[data-only-if]")) bringOut(target.form);
  }));
  // A browser that goes back fills the form again without an event.
  window.addEventListener("pageshow", () => [...document.forms].forEach(bringOut));

  /* Rows of a field ------------------------------------------------------------------------------- */
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    if (add) {
      const rows = add.closest("[data-rows]");
      const template = rows.querySelector("template");
      const index = rows.querySelectorAll(":scope > .mj-row").length;
      const holder = document.createElement("div");
      holder.innerHTML = template.innerHTML.replaceAll("__row__", String(index)).replaceAll("__no__", String(index + 1));
      const row = holder.firstElementChild;
      template.before(row);
      const first = row.querySelector("input, select, textarea");
      if (first) first.focus();
    }
    const clear = event.target.closest("[data-clear-row]");
    if (clear) {
      const row = clear.closest(".mj-row");
      row.querySelectorAll("input, select, textarea").forEach((input) => {
        if (input.type === "checkbox" || input.type === "radio") input.checked = false;
        else input.value = "";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      row.hidden = true;
    }
  });

  /* Menus close when one looks elsewhere ------------------------------------------------------------ */
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.mj-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.mj-menu[open]").forEach((menu) => { menu.open = false; });
  });

  /* Uploads: the chosen names and the progress ------------------------------------------------------- */
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const list = document.getElementById(input.dataset.names || "");
    if (!list) return;
    list.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name}（${(file.size / 1048576).toFixed(1)} MB）`;
      return line;
    }));
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector && event.target.querySelector("progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });
  document.addEventListener("htmx:sendError", (event) => {
    const place = event.target.querySelector && event.target.querySelector("[data-send-error]");
    if (place) place.textContent = "网络不通，没有发送成功；内容仍在本页，恢复后会再试。";
  });

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  /* Credential shown: the moment, and the place where the browser may tell it ---------------------- */
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name !== "f.credential_shown" || box.value !== "true" || !box.checked) return;
    const at = box.form.elements["f.credential_shown_at"];
    const place = box.form.elements["f.credential_shown_place"];
    if (at && !at.value) {
      const beijing = new Date(Date.now() + 8 * 3600000);
      at.value = beijing.toISOString().slice(0, 16);
    }
    if (!place || place.value || !navigator.geolocation || !window.isSecureContext) return;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // What the officer has typed meanwhile stands.
      if (place.value) return;
      place.value = `东经 ${coords.longitude.toFixed(5)}，北纬 ${coords.latitude.toFixed(5)}，误差约 ${Math.round(coords.accuracy)} 米`;
    }, () => {}, { enableHighAccuracy: true, timeout: 20000 });
  });
})();
