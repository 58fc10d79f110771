// What the app's pages do in the browser. A page asks the product for a token (AP.context.getToken) and sends it with
// what it has to say; the window in which somebody logged in tells the page that waits what the provider answered.
"use strict";

const outcome = (text) => { document.getElementById("outcome").textContent = text; };

const tell = (path, body, done) =>
  AP.context.getToken(async (token) => {
    const answer = await fetch(path, {
      method: "POST",
      headers: { Authorization: "JWT " + token, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    outcome(answer.ok ? done : await answer.text());
  });

const form = document.getElementById("settings");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  tell("settings", Object.fromEntries(new FormData(form)), "Saved.");
});

const answered = (query) => {
  const said = new URLSearchParams(query);
  return Object.fromEntries(["code", "state", "iss", "error"].map((name) => [name, said.get(name) ?? ""]));
};

if (document.getElementById("provider")) {
  window.addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data?.state !== undefined) {
      tell("login/finish", event.data, "You are logged in.");
    }
  });
}

if (document.getElementById("callback")) {
  window.opener?.postMessage(answered(location.search), location.origin);
  history.replaceState(null, "", location.pathname);
  window.close();
}
