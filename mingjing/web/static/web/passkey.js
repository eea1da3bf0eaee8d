/* Passkeys: turns the server's question into the browser's and the answer back into a form field. */
"use strict";

(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const notice = form.querySelector("[data-passkey-notice]");
  const button = form.querySelector("button");
  const say = (text) => { notice.textContent = text; notice.hidden = false; button.disabled = false; };

  if (!window.PublicKeyCredential || !window.isSecureContext) {
    say("这个浏览器或者这个网址不能使用通行密钥。请改用动态口令。");
    button.disabled = true;
    return;
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const question = (options) => {
    const asked = options.publicKey;
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    for (const one of [...(asked.excludeCredentials || []), ...(asked.allowCredentials || [])]) one.id = bytes(one.id);
    return asked;
  };

  const answer = (made) => {
    const given = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[part]) given[part] = text(made.response[part]);
    }
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type,
      clientExtensionResults: made.getClientExtensionResults(), response: given,
    });
  };

  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    button.disabled = true;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const reply = await fetch(form.dataset.passkey, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const options = await reply.json();
      if (!reply.ok) return say(options.refused);
      const made = form.dataset.make
        ? await navigator.credentials.create({ publicKey: question(options) })
        : await navigator.credentials.get({ publicKey: question(options) });
      form.elements.answer.value = answer(made);
      form.submit();
    } catch (error) {
      say(error.name === "InvalidStateError" ? "这台设备的通行密钥已经添加过。" : "没有完成：已取消、超时，或者设备上没有可用的通行密钥。请重试或者改用其他方式。");
    }
  });
})();
