/** How many are unseen, where the window is not in front: in its title and its icon. */

/** `(3) Northwind support · Ponte`. */
export const titled = (title: string, unseen: number): string => (unseen === 0 ? title : `(${unseen > 99 ? "99+" : unseen}) ${title}`);

const DRAWN = '<rect width="32" height="32" rx="7" fill="#1f5fbf"/><path d="M4 21h24M7 21a9 9 0 0 1 18 0M16 12v9M11 14v7M21 14v7" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>';

export function iconWith(unseen: number): string {
  if (unseen === 0) return "/icon.svg";
  const text = unseen > 9 ? "9+" : String(unseen);
  const dot = `<circle cx="22.5" cy="9.5" r="9.5" fill="#c3281f"/><text x="22.5" y="14" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 11 : 13}" fill="#fff" text-anchor="middle">${text}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${DRAWN}${dot}</svg>`)}`;
}

export function showIcon(unseen: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  if (link !== null) link.href = iconWith(unseen);
}
