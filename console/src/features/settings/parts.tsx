/** What the pages of the settings are made of. */

import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Dialog, Dim, Empty, Form, GuardedButton, Icon, Notice, Row, tell, TextField, type IconName } from "@/ui";

import type { Area } from "./context";
import type { Draft } from "./draft";
import css from "./settings.module.css";

interface PageProps {
  area: Area;
  title: string;
  /** Back to the list of its area. */
  back?: string;
  /** Beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

export const SettingPage = ({ area, title, back, beside, children }: PageProps) => (
  <div className={css.page}>
    {back !== undefined && <Link className={css.crumb} to="/settings/$area" params={{ area }} activeOptions={{ exact: true }}><Icon name="back" size={14} />{back}</Link>}
    <div className={css.head}>
      <h1>{title}</h1>
      {beside}
    </div>
    {children}
  </div>
);

export interface ListRow {
  id: string;
  cells: readonly ReactNode[];
}

/** One row a thing; the first cell is the link to its page, and a click anywhere goes there. */
export function List({ area, label, columns, rows, icon, empty }: { area: Area; label: string; columns: readonly string[]; rows: readonly ListRow[]; icon: IconName; empty: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (rows.length === 0) return <Empty icon={icon} title={t(`settings.area.${area}`)} text={empty} />;
  return (
    <div className={css.tableBox}>
      <table className={`${css.table} ${css.open ?? ""}`} aria-label={label}>
        <thead><tr>{columns.map((column, index) => <th key={column} scope="col" className={index > 1 ? css.wide : undefined}>{column}</th>)}</tr></thead>
        <tbody>
          {rows.map(({ id, cells }) => (
            <tr key={id} onClick={() => void navigate({ to: "/settings/$area/$id", params: { area, id } })}>
              {cells.map((cell, index) => (
                <td key={columns[index]} className={index > 1 ? css.wide : undefined}>{index === 0 ? <Link to="/settings/$area/$id" params={{ area, id }} onClick={(event) => event.stopPropagation()}>{cell}</Link> : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const NewButton = ({ area, label, why }: { area: Area; label: string; why: string | null }) => {
  const navigate = useNavigate();
  return <GuardedButton why={why} icon="plus" kind="primary" testId={`new-${area}`} onClick={() => void navigate({ to: "/settings/$area/new", params: { area } })}>{label}</GuardedButton>;
};

interface DraftFormProps<T> {
  draft: Draft<T>;
  /** What a part is called. */
  part: (key: keyof T) => string;
  /** What has to be put right before it can be saved. */
  faults: readonly string[];
  /** What a refusal means, in the person's words. */
  explain?: (error: ApiError) => string | null;
  locked?: boolean;
  wide?: boolean;
  children: ReactNode;
}

/** Fields with what is unsaved below them; asks before they are left unsaved. */
export function DraftForm<T extends object>({ draft, part, faults, explain, locked = false, wide = false, children }: DraftFormProps<T>) {
  const { t, i18n } = useTranslation();
  const [shown, setShown] = useState(false);
  const dirty = draft.unsaved.length > 0;
  const parts = (keys: readonly (keyof T)[]): string => new Intl.ListFormat(i18n.language).format(keys.map(part));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!dirty || draft.busy) return;
    setShown(faults.length > 0);
    if (faults.length === 0) void draft.save();
  };
  const problem = draft.problem === null ? null : draft.problem instanceof ApiError && draft.problem.code === "invalid_request" ? `${t("settings.save.failed")} ${explain?.(draft.problem) ?? draft.problem.detail}` : `${t("settings.save.failed")} ${errorText(t, draft.problem)}`;
  return (
    <form className={css.form} noValidate onSubmit={submit}>
      <LeaveGuard dirty={dirty} />
      <div className={css.fields} data-wide={wide || undefined}>{children}</div>
      {(!locked || dirty) && (
        <div className={css.bar} data-testid="save-bar">
          {draft.conflict && (
            <Notice tone="warn" icon="alert" testId="conflict">
              <strong>{t("settings.save.conflictTitle")}</strong> {t("settings.save.conflict")} {draft.both.length > 0 && t("settings.save.both", { parts: parts(draft.both) })}
              <Row>
                <Button size="xs" onClick={draft.loadTheirs} testId="load-theirs">{t("settings.save.theirs")}</Button>
                <Button size="xs" onClick={draft.keepMine} testId="keep-mine">{t("settings.save.mine")}</Button>
              </Row>
            </Notice>
          )}
          {shown && faults.length > 0 && <Notice tone="bad" icon="alert" testId="faults">{faults.map((fault) => <div key={fault}>{fault}</div>)}</Notice>}
          {problem !== null && <Notice tone="bad" icon="alert" testId="save-problem">{problem}</Notice>}
          <div>
            <Button type="submit" kind="primary" busy={draft.busy} disabled={!dirty || draft.conflict} testId="save">{t("settings.save.submit")}</Button>
            {dirty && <Button onClick={draft.discard} testId="discard">{t("settings.save.discard")}</Button>}
            <span className={css.dim} role="status" data-testid="unsaved">{dirty ? t("settings.save.unsaved", { parts: parts(draft.unsaved) }) : t("settings.save.nothing")}</span>
          </div>
        </div>
      )}
    </form>
  );
}

function LeaveGuard({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname, enableBeforeUnload: dirty, withResolver: true });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog title={t("settings.save.leaveTitle")} opened onClose={blocker.reset} closeLabel={t("app.close")}>
      <p>{t("settings.save.leave")}</p>
      <div style={{ marginTop: 16 }}>
        <Row>
          <Button kind="primary" autoFocus onClick={blocker.reset}>{t("settings.save.stay")}</Button>
          <Button kind="danger" testId="leave" onClick={blocker.proceed}>{t("settings.save.go")}</Button>
        </Row>
      </div>
    </Dialog>
  );
}

interface DeleteProps {
  area: Area;
  name: string;
  /** Why the person may not. */
  why: string | null;
  /** What goes with it. */
  text?: string;
  /** What is in the way already now. */
  inTheWay?: string | null;
  /** What a refusal means. */
  refused?: (error: ApiError) => string | null;
  remove: () => Promise<void>;
}

/** Asks by name, and says what stands in the way. */
export function DeleteButton({ area, name, why, text, inTheWay = null, refused, remove }: DeleteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (typed.trim() !== name) return;
    setBusy(true);
    setProblem(null);
    try {
      await remove();
      tell(t("settings.delete.done", { name }));
      await navigate({ to: "/settings/$area", params: { area } });
    } catch (error) {
      const known = error instanceof ApiError ? (refused?.(error) ?? null) : null;
      setProblem(known ?? `${t("settings.delete.refused")} ${errorText(t, error)}`);
      setBusy(false);
    }
  };
  return (
    <>
      <GuardedButton why={why} size="xs" testId="delete" onClick={() => { setTyped(""); setProblem(null); setOpened(true); }}>{t("settings.delete.button")}</GuardedButton>
      <Dialog title={t("settings.delete.title", { name })} opened={opened} onClose={() => setOpened(false)} closeLabel={t("app.close")}>
        {inTheWay !== null ? <Notice tone="warn" icon="info" testId="in-the-way">{inTheWay}</Notice> : (
          <Form onSubmit={(event) => void submit(event)}>
            <Dim>{[text, t("settings.delete.text")].filter(Boolean).join(" ")}</Dim>
            <TextField label={t("settings.delete.typeName", { name })} value={typed} onChange={setTyped} autoFocus autoComplete="off" testId="delete-name" />
            {problem !== null && <Notice tone="bad" icon="alert" testId="delete-problem">{problem}</Notice>}
            <Row>
              <Button type="submit" kind="danger" busy={busy} disabled={typed.trim() !== name} testId="delete-confirm">{t("settings.delete.confirm")}</Button>
              <Button onClick={() => setOpened(false)}>{t("app.cancel")}</Button>
            </Row>
          </Form>
        )}
      </Dialog>
    </>
  );
}

/** Pages within a page, each with its address. */
export function Tabs({ area, id, label, tabs, current }: { area: Area; id: string; label: string; tabs: readonly { key: string; label: string; unsaved?: string | null }[]; current: string }) {
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.key} to="/settings/$area/$id" params={{ area, id }} search={{ tab: tab.key }} data-testid={`tab-${tab.key}`} {...(tab.key === current && { "aria-current": "page" })} {...(tab.unsaved != null && { "aria-label": tab.unsaved })}>
          {tab.label}
          {tab.unsaved != null && <span className={css.dot} />}
        </Link>
      ))}
    </nav>
  );
}
