/** Line icons, 20×20, drawn in the current colour. Decorative: the words beside them carry the meaning. */

const paths = {
  queue: "M3 5h14M3 10h14M3 15h9",
  plus: "M10 4v12M4 10h12",
  keypad: "M5 4h.01M10 4h.01M15 4h.01M5 9h.01M10 9h.01M15 9h.01M5 14h.01M10 14h.01M15 14h.01",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l2.6 1.6",
  mail: "M3 5h14v10H3zM3.5 5.5 10 11l6.5-5.5",
  check: "M4 10.5 8.2 15 16 5.5",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3l-.9.9M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l.9-.9",
  wave: "M2.5 10h3l2-5 4 10 2.2-5h3.8",
  sync: "M16 8a6.2 6.2 0 0 0-11.3-1.6M4 12a6.2 6.2 0 0 0 11.3 1.6M4.3 3v3.6h3.6M15.7 17v-3.6h-3.6",
  archive: "M3 4h14v3.5H3zM4.2 7.5V16h11.6V7.5M8 11h4",
  expired: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.5 7.5l5 5M12.5 7.5l-5 5",
  alert: "M10 3 2.5 16.5h15zM10 8v4M10 14.4v.01",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9v4.5M10 6.5v.01",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  screen: "M3 4h14v9.5H3zM10 13.5V17M7 17h6",
  noScreen: "M6.5 4H17v9.5h-1M13 13.5H3V4.5M10 13.5V17M7 17h6M3 3l14 14",
  pointer: "M5 3.5v12l3.3-2.8 2.2 4.3 2-1-2.1-4.2 4.1-.5z",
  hand: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM5.2 5.2l9.6 9.6",
  stop: "M5 5h10v10H5z",
  keyboard: "M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7",
  paste: "M7 4.5H5V17h10V4.5h-2M7.5 3h5v3h-5z",
  full: "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
  stats: "M4 16V10M8 16V5M12 16V8.5M16 16v-4",
  panel: "M3 4h14v12H3zM12.5 4v12",
  back: "M12 4.5 6.5 10l5.5 5.5",
  user: "M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM3.8 17c.5-3.4 3-5 6.2-5s5.7 1.6 6.2 5",
  help: "M7.5 7.6a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.2.9-1.2 1.9M10 14.8v.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
  clip: "M14.5 8.5 9 14a3 3 0 0 1-4.2-4.2l6.3-6.3a2 2 0 0 1 2.8 2.8l-6.2 6.2a1 1 0 0 1-1.4-1.4L11.5 6",
  download: "M10 3.5v9M6 9l4 4 4-4M4 16.5h12",
  up: "M5.5 12 10 7.5l4.5 4.5",
  down: "M5.5 8 10 12.5 14.5 8",
  chat: "M3 4.5h14v9H9L5.5 16.5v-3H3z",
  cross: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  filter: "M3 4.5h14l-5.5 6.5v5l-3-1.5V11z",
  rows: "M3 4.5h14M3 8.2h14M3 11.9h14M3 15.6h14",
  star: "m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9L10 14l-4.3 2.4.9-4.9L3 8.1l4.9-.6z",
  close: "M5 5l10 10M15 5 5 15",
  team: "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM2.5 16c.3-2.9 2.4-4.2 5-4.2s4.7 1.3 5 4.2M13 4.4a2.6 2.6 0 0 1 0 4.9M14.4 12c1.8.5 2.9 1.8 3.1 4",
  forward: "M4 10h11M10.5 5.5 15 10l-4.5 4.5",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5Z",
  urgent: "M5 10.5 10 5.5l5 5M5 15.5l5-5 5 5",
  bell: "M5 14h10l-1.2-2V9a3.8 3.8 0 0 0-7.6 0v3zM8.3 16.5a1.8 1.8 0 0 0 3.4 0M10 5.2V3.5",
  log: "M5 3.5h10v13H5zM8 7.5h4M8 10.5h4M8 13.5h2.5",
  history: "M4.2 7.5A6.5 6.5 0 1 1 3.5 10M3.5 4.2v3.4h3.4M10 6.8V10l2.3 1.5",
  wrench: "M16.5 6.3a3.9 3.9 0 0 1-5.2 4.8l-5 5a1.6 1.6 0 0 1-2.4-2.4l5-5a3.9 3.9 0 0 1 4.8-5.2l-2.2 2.2.5 1.8 1.8.5z",
  device: "M3 4h14v9H3zM7.5 16.5h5M10 13v3.5",
  silent: "M5 8v4h2.5L11 15V5L7.5 8zM14 8l3.5 4M17.5 8 14 12",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18, spin }: { name: IconName; size?: number; spin?: string | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={name === "keypad" ? 3 : 1.6} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" className={spin}>
      <path d={paths[name]} />
    </svg>
  );
}
