/* Uploads of evidence that survive a broken line and a reload: the tus protocol by tus-js-client, one file after another.
   Without this file, or in a browser that cannot do it, the form sends its files in one go as before. */
"use strict";

(() => {
  if (!window.tus || !tus.isSupported) return;
  const CHUNK = 8 * 1048576;
  const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 30000, 60000, 60000];
  const queue = [];
  let running = null;

  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";
  const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
  const ours = () => ({ "X-Requested-With": "fetch", "X-CSRFToken": token() });

  /* What can be told without asking the server: nothing of a file that cannot be taken is ever sent. */
  const refusal = (file, form) => {
    const input = form.querySelector("input[type=file]");
    const extension = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
    if (file.size === 0) return "文件是空的（0 字节）。请检查设备或重新导出文件后上传。";
    if (file.size > Number(form.dataset.largest)) return `文件超过单个文件上限 ${megabytes(Number(form.dataset.largest))}。请分段录制或压缩画质后上传。`;
    if (extension && !input.accept.split(",").includes(extension)) return `不接收${extension.slice(1)}这种类型的文件。请转换后上传。`;
    return "";
  };

  /* One line for one file ---------------------------------------------------------------------------- */
  const place = () => {
    let box = document.getElementById("arrivals");
    if (!box) {
      box = document.createElement("section");
      box.id = "arrivals";
      box.className = "mj-panel";
      box.innerHTML = '<header><h2>正在上传</h2><span class="mj-more">断网、刷新后都能从断点接着传</span></header><ul class="mj-arrivals" aria-live="polite"></ul>';
      document.getElementById("evidence").before(box);
    }
    return box.querySelector("ul");
  };

  const line = (name) => {
    const item = document.createElement("li");
    item.innerHTML = '<b data-name></b><progress class="mj-progress" max="1" value="0"></progress><span class="mj-small mj-number" data-state role="status"></span><span class="mj-arrival-buttons"><button class="btn btn-quiet btn-sm" type="button" data-pause hidden>暂停</button> <button class="btn btn-quiet btn-sm" type="button" data-drop>放弃</button></span>';
    item.querySelector("[data-name]").textContent = name;
    place().append(item);
    return item;
  };

  const say = (job, text, colour) => {
    const state = job.item.querySelector("[data-state]");
    state.textContent = text;
    state.className = `mj-small mj-number${colour ? ` mj-${colour}` : ""}`;
  };

  const over = (job, text, colour) => {
    say(job, text, colour);
    job.item.querySelector("progress").hidden = true;
    job.item.querySelector(".mj-arrival-buttons").hidden = true;
    job.done = true;
    if (running === job) running = null;
    next();
  };

  /* One file ------------------------------------------------------------------------------------------ */
  const words = async (answer, otherwise) => {
    try { return (await answer.json()).message || otherwise; } catch { return otherwise; }
  };

  const settle = async (job) => {
    say(job, "已传完，正在核对并收入……");
    try {
      const answer = await fetch(`${job.upload.url}/result`, { method: "POST", headers: ours() });
      if (answer.ok) {
        const taken = await answer.json();
        over(job, taken.already_there ? "本案此前已有同一文件，没有重复收入。" : `已收入：${taken.title}`, "green");
      } else if (answer.status === 422) over(job, `没有收入：${await words(answer, "内容不符合要求。")}`, "red");
      else stop(job, answer.status, await words(answer, "服务器暂时不能收入，稍后自动再试。"), () => settle(job));
    } catch {
      stop(job, 0, "网络中断，恢复后自动接着传。", () => settle(job));
    }
  };

  /* A stop is never an end: it goes on by itself when the line is back, or when somebody presses the button. */
  const stop = (job, status, text, again) => {
    const lapsed = status === 401 || status === 403;
    say(job, lapsed ? "登录已超时。请在新窗口登录，再回到本页按“继续”。" : text, lapsed ? "red" : "amber");
    job.again = again;
    job.item.querySelector("[data-pause]").textContent = "继续";
    clearTimeout(job.timer);
    if (!lapsed) job.timer = setTimeout(() => resume(job), 15000);
  };

  const resume = async (job) => {
    if (!job.again) return;
    const again = job.again;
    job.again = null;
    clearTimeout(job.timer);
    job.item.querySelector("[data-pause]").textContent = "暂停";
    // Signing in elsewhere changed the form token.
    try {
      const state = await (await fetch(document.body.dataset.session, { headers: { "X-Requested-With": "fetch" } })).json();
      if (state.token) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = state.token; });
    } catch { /* still offline: the attempt itself will say so */ }
    again();
  };

  const failed = (job, error) => {
    const answer = error.originalResponse;
    const status = answer ? answer.getStatus() : 0;
    let text = "网络中断，恢复后自动接着传。";
    if (answer) { try { text = JSON.parse(answer.getBody()).message; } catch { text = `服务器没有接受（${status}）。`; } }
    if (status === 422 || status === 400 || status === 404) over(job, `没有收入：${text}`, "red");
    else stop(job, status, text, () => job.upload.start());
  };

  const begin = async (job) => {
    running = job;
    job.upload = new tus.Upload(job.file, {
      endpoint: job.endpoint,
      chunkSize: CHUNK,
      retryDelays: WAITS,
      removeFingerprintOnSuccess: true,
      metadata: { ...job.label, filename: job.file.name },
      // The case is part of it: the same file sent to another case is another upload.
      fingerprint: async (file) => ["mj", job.endpoint, file.name, file.size, file.lastModified].join("|"),
      onBeforeRequest: (request) => Object.entries(ours()).forEach(([name, value]) => request.setHeader(name, value)),
      onProgress: (sent, total) => {
        job.item.querySelector("progress").value = sent / total;
        say(job, `${megabytes(sent)}／${megabytes(total)}（${Math.floor((100 * sent) / total)}%）`);
      },
      onChunkComplete: () => document.dispatchEvent(new CustomEvent("mj:contact")),
      onError: (error) => failed(job, error),
      onSuccess: () => settle(job),
    });
    const earlier = await job.upload.findPreviousUploads();
    job.item.querySelector("[data-pause]").hidden = false;
    if (earlier.length) job.upload.resumeFromPreviousUpload(earlier[earlier.length - 1]);
    job.upload.start();
  };

  const next = () => {
    if (running) return;
    const job = queue.find((one) => !one.done && !one.upload && !one.reason);
    if (job) { begin(job); return; }
    if (queue.some((one) => !one.done)) return;
    queue.length = 0;
    const panel = document.getElementById("evidence");
    if (panel && panel.dataset.here) htmx.ajax("GET", panel.dataset.here, { target: "#evidence", swap: "outerHTML" });
    const heading = document.querySelector("#arrivals h2");
    if (heading) heading.textContent = "上传结果";
  };

  /* The page ------------------------------------------------------------------------------------------- */
  const LABEL = ["legal_kind", "side", "taken_by", "taken_at", "taken_until", "place", "device", "interruptions"];

  // Before htmx and before the guard against sending twice: this form does not leave the page.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tus]");
    if (!form) return;
    const files = [...form.querySelector("input[type=file]").files];
    if (!files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const typed = new FormData(form);
    const title = String(typed.get("title") || "").trim();
    files.forEach((file, index) => {
      const label = Object.fromEntries(LABEL.map((name) => [name, String(typed.get(name) || "")]));
      label.title = title && files.length > 1 ? `${title}（${index + 1}）` : title;
      const job = { file, label, endpoint: form.dataset.tus, item: line(file.name), done: false };
      job.item.querySelector("[data-pause]").addEventListener("click", () => {
        if (job.again) { resume(job); return; }
        job.upload.abort();
        stop(job, 0, "已暂停。", () => job.upload.start());
        clearTimeout(job.timer);
        job.timer = null; // a line that comes back does not undo what somebody has stopped
      });
      job.item.querySelector("[data-drop]").addEventListener("click", async () => {
        clearTimeout(job.timer);
        job.again = null;
        try { if (job.upload) await job.upload.abort(true); } catch { /* swept in a few days */ }
        over(job, "已放弃。", "muted");
      });
      job.reason = refusal(file, form);
      say(job, "等待上传……");
      queue.push(job);
    });
    const heading = document.querySelector("#arrivals h2");
    heading.textContent = "正在上传";
    // Only now: whatever ends looks whether it was the last.
    queue.filter((job) => job.reason && !job.done).forEach((job) => over(job, `没有上传：${job.reason}`, "red"));
    form.querySelector("input[type=file]").value = "";
    form.querySelector("input[type=file]").dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("arrivals").scrollIntoView({ block: "nearest" });
    next();
  }, true);

  // Given up without the file at hand: a line of the list of unfinished uploads.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-give-up]");
    if (!button) return;
    button.disabled = true;
    const answer = await fetch(button.dataset.giveUp, { method: "DELETE", headers: { ...ours(), "Tus-Resumable": "1.0.0" } });
    if (answer.ok || answer.status === 404) button.closest("li").remove();
    else button.disabled = false;
  });

  window.addEventListener("online", () => queue.forEach((job) => { if (job.again && job.timer) resume(job); }));
  window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
})();
