/** The product's own pieces: pages, chips, notices, copy field, QR code. */

import { encode } from "uqr";
import { useEffect, useMemo, useState, type ReactNode, type SyntheticEvent } from "react";

import { Button, Hint } from "./controls";
import { Icon, type IconName } from "./icons";
import css from "./ui.module.css";

export const Page = ({ children }: { children: ReactNode }) => <div className={css.page}>{children}</div>;
export const Card = ({ children }: { children: ReactNode }) => <section className={css.card}>{children}</section>;
export const Centered = ({ children }: { children: ReactNode }) => (
  <div className={css.center}>
    <div className={css.narrow}>{children}</div>
  </div>
);
/** Left out where the window is narrow. */
export const Wide = ({ children }: { children: ReactNode }) => <span className={css.hideNarrow}>{children}</span>;
export const Row = ({ children }: { children: ReactNode }) => <div className={css.row}>{children}</div>;
export const TwoColumns = ({ children }: { children: ReactNode }) => <div className={css.two}>{children}</div>;
export const Dim = ({ children }: { children: ReactNode }) => <p className={`${css.dim} ${css.small}`}>{children}</p>;
export const Steps = ({ items }: { items: readonly string[] }) => (
  <ol className={css.steps}>
    {items.map((item) => (
      <li key={item}>
        <span>{item}</span>
      </li>
    ))}
  </ol>
);

export type Tone = "neutral" | "info" | "good" | "warn" | "bad";

/** `hint`: sentences that a hover, the focus or a touch shows. */
export function Chip({ tone, icon, children, testId, hint }: { tone: Tone; icon: IconName; children: ReactNode; testId?: string; hint?: readonly string[] }) {
  const chip = (
    <span className={`${css.chip} ${css[tone] ?? ""}`} data-testid={testId} {...(hint !== undefined && { tabIndex: 0, role: "note", "aria-description": hint.join(" ") })}>
      <Icon name={icon} size={14} />
      <span>{children}</span>
    </span>
  );
  return hint === undefined ? chip : <Hint text={hint.join("\n")}>{chip}</Hint>;
}

/** Words in a tone, without a chip around them. */
export const Mark = ({ tone, children }: { tone: Tone; children: ReactNode }) => <span className={css.mark} data-tone={tone}>{children}</span>;

/** `alert` is read out at once. */
export function Notice({ tone, icon, children, testId }: { tone: Tone; icon: IconName; children: ReactNode; testId?: string }) {
  return (
    <div className={`${css.notice} ${css[tone] ?? ""}`} role={tone === "bad" ? "alert" : "status"} data-testid={testId}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** `whole`: it is all there is on the page, so its title is the page's. */
export function Empty({ icon, title, text, whole = false, children }: { icon: IconName; title: string; text?: string; whole?: boolean; children?: ReactNode }) {
  const Title = whole ? "h1" : "h2";
  return (
    <div className={css.empty}>
      <Icon name={icon} />
      <Title>{title}</Title>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className={css.row}>{children}</div>}
    </div>
  );
}

export const Spinner = ({ size = 20 }: { size?: number }) => <Icon name="sync" size={size} spin={css.spin} />;

/** Something is on its way, in the middle of where it will be. */
export const Loading = ({ label }: { label: string }) => (
  <div role="status" aria-label={label} className={css.loading}>
    <Spinner size={28} />
  </div>
);

/** Opens the person's mail program. */
export const MailLink = ({ href, children, testId }: { href: string; children: ReactNode; testId?: string }) => (
  <a className={css.mailLink} href={href} data-testid={testId}><Icon name="mail" size={16} />{children}</a>
);

/** Fields below each other. */
export const Form = ({ onSubmit, children }: { onSubmit: (event: SyntheticEvent) => void; children: ReactNode }) => (
  <form noValidate onSubmit={onSubmit} className={css.form}>{children}</form>
);

/** `one`: there is one of it on the page, and its shortcut is meant for it. */
export function CopyButton({ value, copyLabel, copiedLabel, size = "sm", one = true }: { value: string; copyLabel: string; copiedLabel: string; size?: "xs" | "sm" | "md"; one?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button kind={one ? "primary" : "default"} size={size} icon={copied ? "check" : "paste"} {...(one && { shortcut: "copyLink" as const })} onClick={() => void copyText(value).then(() => setCopied(true))}>
      {copied ? copiedLabel : copyLabel}
    </Button>
  );
}

/** A link with the button that copies it; below each other where it is narrow. */
export function CopyField({ label, value, copyLabel, copiedLabel, testId }: { label: string; value: string; copyLabel: string; copiedLabel: string; testId?: string }) {
  return (
    <div className={css.copyBox}>
      <div className={css.copy}>
        <output aria-label={label} data-testid={testId}>
          {value}
        </output>
        <CopyButton value={value} copyLabel={copyLabel} copiedLabel={copiedLabel} />
      </div>
    </div>
  );
}

/** The clipboard is missing outside secure contexts; the old way still works there. */
export async function copyText(text: string): Promise<void> {
  if ("clipboard" in navigator) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without `clipboard`
  document.execCommand("copy");
  field.remove();
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => {
    const code = encode(text, { ecc: "M", border: 1 });
    const d = code.data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
    return { path: d, size: code.size };
  }, [text]);
  return (
    <div className={css.qr} role="img" aria-label={label}>
      <svg viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" aria-hidden="true">
        <path d={path} fill="#000" />
      </svg>
    </div>
  );
}

export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {items.flatMap(([term, value]) => [<dt key={`${term}.t`}>{term}</dt>, <dd key={`${term}.d`}>{value}</dd>])}
    </dl>
  );
}
