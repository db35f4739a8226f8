/** How the system's Chromium is started: no sandbox (tests may run as root), nothing that phones home. */
export function browser(headless = true) {
  return {
    headless,
    launchOptions: {
      executablePath: process.env["PONTE_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  };
}
