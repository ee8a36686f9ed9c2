// Settings of the deployment, read before the page starts. A container rewrites this file
// from VITE_API_BASE_URL, VITE_WS_URL and VITE_ENVIRONMENT; empty means "same origin".
window.fiedlerConfiguration = {};
