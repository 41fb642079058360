// Passkeys: the one thing that a page without a script cannot do (Web Authentication Level 2, §5.1).
// Without this script, or without passkeys in the browser, the forms stay hidden and sign-in goes on with a code.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const field = (form, name) => form.elements.namedItem(name);
  const put = (form, name, buffer) => { field(form, name).value = text(buffer); };

  const signIn = async (form) => {
    const found = await navigator.credentials.get({ publicKey: {
      challenge: bytes(field(form, "challenge").value),
      rpId: field(form, "party").value,
      userVerification: "required",
      timeout: 120000,
    } });
    field(form, "credential").value = found.id;
    put(form, "client_data", found.response.clientDataJSON);
    put(form, "authenticator_data", found.response.authenticatorData);
    put(form, "signature", found.response.signature);
  };

  const add = async (form) => {
    const made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(field(form, "challenge").value),
      rp: { id: field(form, "party").value, name: field(form, "party_name").value },
      user: { id: bytes(field(form, "user").value), name: field(form, "user_name").value, displayName: field(form, "user_name").value },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
      timeout: 120000,
    } });
    put(form, "client_data", made.response.clientDataJSON);
    put(form, "attestation", made.response.attestationObject);
  };

  for (const [id, ceremony] of [["passkey-sign-in", signIn], ["passkey-new", add]]) {
    const form = document.getElementById(id);
    if (!form) continue;
    form.hidden = false;
    const without = document.getElementById("passkey-without");
    if (without) without.hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = document.getElementById("passkey-failed");
      try {
        await ceremony(form);
        form.submit();
      } catch {
        if (failed) { failed.hidden = false; failed.focus(); }
      }
    });
  }
})();
