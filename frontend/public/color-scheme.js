// Sets the remembered theme before the first paint, so that a dark page never flashes white.
// A file of its own, not inline, so that the content security policy can forbid inline scripts.
(() => {
  let choice = "auto";
  try {
    choice = localStorage.getItem("fiedler-color-scheme") ?? "auto";
  } catch {
    // Storage can be switched off; the system's theme is used then.
  }
  const dark =
    choice === "dark" ||
    (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
