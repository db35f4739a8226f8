import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { DeviceFacts, OneSession, Session } from "@/api";
import { bytes, exactMoment, moment } from "@/i18n/format";
import { languageName, meaningful } from "@/shared/facts";
import { useInviteLink } from "@/shared/invite";
import { unreadIn } from "@/shared/unread";
import { CopyField, Facts, Segments, useNow } from "@/ui";

import { CallFacts } from "./CallFacts";
import { ChatPanel } from "./ChatPanel";
import { Request } from "./Request";
import { WorkLog } from "./WorkLog";
import css from "./session.module.css";

type Fact = readonly [string, string];
const present = (items: readonly (readonly [string, string | null | undefined])[]): Fact[] =>
  items.flatMap(([term, value]): Fact[] => {
    const text = meaningful(value);
    return text === null ? [] : [[term, text]];
  });

export type SideTab = "details" | "chat" | "log";

interface Props {
  session: Session;
  history: OneSession["history"];
  me: string;
  tab: SideTab;
  onTab: (tab: SideTab) => void;
}

export function SidePanel({ session, history, me, tab, onTab }: Props) {
  const { t } = useTranslation();
  const unread = unreadIn(session);
  const messages = unread === 0 ? t("chat.title") : t("chat.unread", { count: unread });
  return (
    <aside className={css.side} data-tab={tab} aria-label={tab === "chat" ? t("chat.title") : tab === "log" ? t("log.title") : t("session.details")}>
      <Segments wide label={t("session.panel")} value={tab} onChange={onTab} options={[{ value: "details", label: t("session.details") }, { value: "chat", label: messages }, { value: "log", label: t("log.title") }]} />
      {tab === "chat" ? <ChatPanel session={session} me={me} /> : tab === "log" ? <WorkLog session={session} /> : <Details session={session} history={history} me={me} />}
    </aside>
  );
}

function Details({ session, history, me }: Pick<Props, "session" | "history" | "me">) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const device = session.device;
  const over = session.state === "closed" || session.state === "expired";
  const facts = device == null ? [] : deviceFacts(t, device, session.asset_number ?? null, i18n.language);
  const person = present([
    [t("session.name"), session.person],
    [t("newSession.company"), session.company],
    [t("newSession.email"), session.email],
    [t("newSession.phone"), session.phone],
    [t("session.outcome"), session.outcome == null ? null : t(`outcome.${session.outcome}`)],
    [t("session.note"), session.note],
  ]);
  return (
    <div className={css.details} tabIndex={0} role="region" aria-label={t("session.details")}>
      {session.subject != null && (
        <section>
          <h2>{t("newSession.subject")}</h2>
          <p className={css.subject}>{session.subject}</p>
        </section>
      )}
      <section>
        <h2>{t("session.person")}</h2>
        {person.length > 0 ? <Facts items={person} /> : <p>{t("session.notNamed")}</p>}
      </section>
      <CallFacts session={session} />
      <Request session={session} me={me} />
      {session.state === "waiting" && session.invite != null && <Link session={session} now={now} />}
      <section data-testid="device">
        <h2>{t("session.device")}</h2>
        {facts.length > 0 ? <Facts items={facts} /> : <p>{device == null && !over ? t("session.noDevice") : t("session.noFacts")}</p>}
      </section>
      <section>
        <h2>{t("session.history")}</h2>
        {history === null ? <p>{t("app.loading")}</p> : history.length === 0 ? <p>{t("session.noHistory")}</p> : (
          <ul className={css.history}>
            {history.map((entry, index) => (
              <li key={`${entry.at}-${entry.kind}-${index}`}>
                <time dateTime={new Date(entry.at).toISOString()} title={exactMoment(entry.at, i18n.language)}>{moment(entry.at, now, i18n.language)}</time>
                <span>
                  {t(`event.${entry.kind}`)}
                  {entry.by != null && <span className={css.by}>{entry.by}</span>}
                  {entry.kind === "called" && session.call != null && session.call.rules.length > 0 && <span className={css.by}>{t("call.session.byRule", { rules: session.call.rules.join(", ") })}</span>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Link({ session, now }: { session: Session; now: number }) {
  const { t, i18n } = useTranslation();
  const link = useInviteLink(session);
  if (session.invite == null) return null;
  return (
    <section>
      <h2>{t("session.link")}</h2>
      {link === null ? <p>{t("session.linkHere")}</p> : (
        <CopyField label={t("session.link")} value={link} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} testId="invite-link" />
      )}
      <p title={exactMoment(session.invite.expires_at, i18n.language)}>{t("session.expiresAt", { time: moment(session.invite.expires_at, now, i18n.language) })}</p>
    </section>
  );
}

function deviceFacts(t: TFunction, d: DeviceFacts, asset: string | null, language: string): Fact[] {
  const memory = d.memory_total == null || d.memory_total === 0 ? null : d.memory_free == null ? bytes(d.memory_total, language) : t("session.fact.memoryOf", { free: bytes(d.memory_free, language), total: bytes(d.memory_total, language) });
  const processor = [meaningful(d.processor), d.processors == null ? null : t("session.fact.cores", { count: d.processors })].filter((x) => x != null).join(" · ");
  return present([
    [t("session.fact.asset"), asset],
    [t("session.fact.host"), d.host_name],
    [t("session.fact.user"), d.user],
    [t("session.fact.system"), d.system],
    [t("session.fact.version"), d.system_version],
    [t("session.fact.addresses"), d.addresses.join("\n")],
    [t("session.fact.screens"), d.screens.map((s) => `${s.width} × ${s.height}`).join(", ")],
    [t("session.fact.processor"), processor],
    [t("session.fact.memory"), memory],
    [t("session.fact.disk"), d.disk_free == null || d.disk_free === 0 ? null : bytes(d.disk_free, language)],
    [t("session.fact.language"), languageName(d.language, language)],
    [t("session.fact.timeZone"), d.time_zone],
    [t("session.fact.program"), d.program],
  ]);
}
