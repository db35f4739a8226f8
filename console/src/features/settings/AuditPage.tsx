/** Who did what, as a chain that shows tampering: to read, to verify, and to take along. */

import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TFunction } from "i18next";

import { audit, useQueued, type AuditLine, type AuditReport, type Setup } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { download } from "@/shared/download";
import { errorText } from "@/shared/errorText";
import { sessionName } from "@/shared/sessionName";
import { Button, DateField, Dim, Empty, Loading, Mark, Menu, Notice, NumberField, Row, SelectField, tellError, useNow } from "@/ui";

import { useSetupNow } from "./context";
import css from "./audit.module.css";
import settings from "./settings.module.css";

type Filter = audit.AuditFilter;

export function AuditPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const [filter, setFilter] = useState<Filter>({});
  const [busy, setBusy] = useState(false);
  const verifying = useVerify();
  const take = (format: "jsonl" | "csv"): void => {
    setBusy(true);
    audit.exported(format, filter).then((file) => download(file, `audit.${format}`)).catch((error: unknown) => tellError(errorText(t, error))).finally(() => setBusy(false));
  };
  return (
    <div className={settings.page}>
      <div className={settings.head}>
        <h1>{t("audit.title")}</h1>
        <div className={settings.grow} />
        <Button size="xs" icon="check" busy={verifying.busy} onClick={verifying.verify} testId="verify">{t("audit.verify")}</Button>
        <Menu label={t("audit.export")} icon="download" words={t("audit.export")} disabled={busy} testId="export-audit" sections={[{ entries: [
          { label: t("audit.exportChain"), hint: t("audit.exportChainHint"), testId: "export-chain", onClick: () => take("jsonl") },
          { label: t("audit.exportTable"), hint: t("audit.exportTableHint"), testId: "export-table", onClick: () => take("csv") },
        ] }]} />
      </div>
      <Dim>{t("audit.intro")}</Dim>
      <Verified {...verifying} />
      <Filters setup={setup} filter={filter} onChange={setFilter} />
      <Lines setup={setup} filter={filter} onClear={() => setFilter({})} />
    </div>
  );
}

interface Verifying {
  report: AuditReport | null;
  problem: string | null;
  busy: boolean;
  verify: () => void;
}

function useVerify(): Verifying {
  const { t } = useTranslation();
  const [report, setReport] = useState<AuditReport | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = (): void => {
    setBusy(true);
    setReport(null);
    setProblem(null);
    audit.verify().then(setReport).catch((error: unknown) => setProblem(errorText(t, error))).finally(() => setBusy(false));
  };
  return { report, problem, busy, verify };
}

function Verified({ report, problem }: Verifying) {
  const { t } = useTranslation();
  if (report === null && problem === null) return null;
  return (
    <div className={css.verify}>
      {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
      {report?.whole != null && (
        <Notice tone="good" icon="check" testId="verified">
          <p><b>{t("audit.whole")}</b> {t("audit.lines", { count: report.whole.lines })} {t("audit.heads", { count: report.whole.heads })} {report.whole.unsigned > 0 && t("audit.unsigned", { count: report.whole.unsigned })}</p>
          <p className={css.key}>{t("audit.key")} <code>{report.public_key}</code></p>
        </Notice>
      )}
      {report?.tampered != null && (
        <Notice tone="bad" icon="alert" testId="verified">
          <p><b>{t("audit.tampered")}</b> {tampered(t, report.tampered)}</p>
          <p>{t("audit.tamperedAdvice")}</p>
        </Notice>
      )}
    </div>
  );
}

/** In words: what is wrong, and where. */
function tampered(t: TFunction, what: NonNullable<AuditReport["tampered"]>): string {
  if ("line" in what) return t("audit.wrong.line", what.line);
  if ("order" in what) return t("audit.wrong.order", what.order);
  if ("signature" in what) return t("audit.wrong.signature", what.signature);
  if ("rewritten" in what) return t("audit.wrong.rewritten", what.rewritten);
  return t("audit.wrong.cut_off", what.cut_off);
}

/** What a kind is called; a newer one keeps its own word. */
export const kindName = (t: TFunction, kind: string): string => t(`audit.kind.${kind}` as "audit.kind.signed_in", { defaultValue: t(`event.${kind}` as "event.claimed", { defaultValue: kind.replaceAll("_", " ") }) });

function Filters({ setup, filter, onChange }: { setup: Setup; filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const { data: kinds } = audit.useAuditKinds();
  const set = (change: Partial<Filter>): void => onChange({ ...filter, ...change });
  const who = filter.technician ?? filter.actor ?? "";
  const choose = (value: string): void => set(value === "end_user" || value === "relay" ? { actor: value, technician: undefined } : { actor: undefined, technician: value === "" ? undefined : value });
  const day = (at: number | undefined, shift: number): string => {
    if (at === undefined) return "";
    const date = new Date(at - shift);
    return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
  };
  // Days begin at midnight where the person is.
  const begin = (text: string, shift: number): number | undefined => {
    const [year = 0, month = 1, date = 1] = text.split("-").map(Number);
    return text === "" ? undefined : new Date(year, month - 1, date + shift).getTime();
  };
  const named = (kinds ?? []).map((kind) => ({ value: kind, label: kindName(t, kind) })).sort((a, b) => a.label.localeCompare(b.label));
  return (
    <div className={css.filters} role="group" aria-label={t("audit.filters")}>
      <SelectField label={t("audit.who")} value={who} onChange={choose} testId="audit-who" options={[{ value: "", label: t("audit.anybody") }, { value: "end_user", label: t("audit.actor.end_user") }, { value: "relay", label: t("audit.actor.relay") }, ...setup.technicians.map((it) => ({ value: it.id, label: it.name }))]} />
      <SelectField label={t("audit.what")} value={filter.kind ?? ""} onChange={(kind) => set({ kind: kind === "" ? undefined : kind })} testId="audit-kind" options={[{ value: "", label: t("audit.anything") }, ...named]} />
      <NumberField label={t("audit.session")} value={filter.session ?? null} min={1} onChange={(session) => set({ session: session ?? undefined })} testId="audit-session" />
      <DateField label={t("audit.from")} value={day(filter.from, 0)} onChange={(text) => set({ from: begin(text, 0) })} testId="audit-from" />
      <DateField label={t("audit.until")} value={day(filter.until, 1)} onChange={(text) => set({ until: begin(text, 1) })} testId="audit-until" />
    </div>
  );
}

function Lines({ setup, filter, onClear }: { setup: Setup; filter: Filter; onClear: () => void }) {
  const { t } = useTranslation();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = audit.useAudit(filter);
  if (data === undefined) {
    if (error === null) return <Loading label={t("app.loading")} />;
    const none = "code" in error && error.code === "not_found";
    return <Empty icon={none ? "search" : "alert"} title={none ? t("audit.noSession") : t("audit.failed")} text={none ? "" : errorText(t, error)}>{none ? <Button onClick={onClear}>{t("audit.clear")}</Button> : <Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button>}</Empty>;
  }
  const lines = data.pages.flat();
  if (lines.length === 0) return <Empty icon="search" title={t("audit.none")}><Button onClick={onClear}>{t("audit.clear")}</Button></Empty>;
  return (
    <>
      <div className={settings.tableBox}>
        <table className={settings.table} aria-label={t("audit.title")}>
          <thead><tr><th scope="col">{t("audit.when")}</th><th scope="col">{t("audit.who")}</th><th scope="col">{t("audit.what")}</th><th scope="col">{t("audit.about")}</th><th scope="col" className={settings.wide}>{t("audit.line")}</th></tr></thead>
          <tbody>{lines.map((line) => <Line key={line.id} line={line} setup={setup} />)}</tbody>
        </table>
      </div>
      {error !== null && <Notice tone="bad" icon="alert">{errorText(t, error)}</Notice>}
      {hasNextPage && <Row><Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()} testId="older-lines">{t("audit.older")}</Button></Row>}
    </>
  );
}

function Line({ line, setup }: { line: AuditLine; setup: Setup }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const who = line.actor === "technician" ? (line.by ?? t("settings.removed")) : line.actor === "end_user" ? t("audit.actor.end_user") : t("audit.actor.relay");
  return (
    <tr data-testid="audit-line">
      <td className={css.time} title={exactMoment(line.at, i18n.language)}>{moment(line.at, now, i18n.language)}</td>
      <td>{line.actor === "technician" ? who : <Mark tone="neutral">{who}</Mark>}</td>
      <td>{kindName(t, line.kind)}</td>
      <td className={css.about}><About line={line} setup={setup} /></td>
      <td className={settings.wide}>{line.id}</td>
    </tr>
  );
}

/** A technician or a thing by its name, a session by its number and person where it is known here, else what the line says. */
function About({ line, setup }: { line: AuditLine; setup: Setup }): ReactNode {
  const { t } = useTranslation();
  const session = useQueued(line.about);
  if (session !== undefined) return <Link to="/sessions/$id" params={{ id: session.id }} title={session.id}>#{session.number} {sessionName(t, session)}</Link>;
  const things = [...setup.technicians.map((it) => ({ id: it.id, name: it.name })), ...[...setup.channels, ...setup.groups, ...setup.roles, ...setup.companies, ...setup.categories].map((it) => ({ id: it.id, name: it.setup.name })), ...setup.removed_channels];
  const name = things.find((it) => it.id === line.about)?.name;
  return name ?? <span className={css.id}>{line.about}</span>;
}
