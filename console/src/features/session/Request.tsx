import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, channelName, desk, liveQueue, may, useSetup, type Permission, type Priority, type Session, type SessionChange, type Setup } from "@/api";
import { errorText } from "@/shared/errorText";
import { PriorityMark } from "@/shared/PriorityMark";
import { Button, Choice, Facts, Notice, Row } from "@/ui";

import css from "./session.module.css";

/** From the most urgent. */
const PRIORITIES = ["urgent", "high", "normal", "low"] as const satisfies readonly Priority[];
const NEEDS = { channel: "session_move", priority: "session_set_priority", category: "session_set_category", company: "session_edit" } as const satisfies Record<string, Permission>;
type Field = keyof typeof NEEDS;

interface Refused {
  field: Field;
  value: string;
  error: unknown;
}

/** Where the request stands and what it is about; changed in place by those who may. */
export function Request({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const { data: setup } = useSetup();
  const [busy, setBusy] = useState<Field | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  if (setup === undefined) return null;

  const set = async (field: Field, value: string, on: Session): Promise<void> => {
    setBusy(field);
    setRefused(null);
    try {
      liveQueue.put(await desk.edit(on, asChange(field, value)));
    } catch (error) {
      // What has become of it is shown; what was chosen is kept beside it.
      await liveQueue.fetch(on.id).catch(() => undefined);
      setRefused({ field, value, error });
    } finally {
      setBusy(null);
    }
  };

  const known = things(setup, session);
  const fields = (Object.keys(NEEDS) as Field[]).filter((field) => known[field].worth);
  const name = (field: Field, value: string): string => known[field].options(t).find((option) => option.value === value)?.label ?? value;
  const conflict = refused?.error instanceof ApiError && refused.error.code === "version_conflict";
  return (
    <section data-testid="request">
      <h2>{t("session.request")}</h2>
      <Facts items={fields.map((field) => {
        const { value, options, text } = known[field];
        const why = closedTo(setup, session, me, field);
        return [t(`newSession.${field}`), why === "over" || options(t).length < 2
          ? field === "priority" ? <PriorityMark priority={session.priority} /> : text
          : <Choice bare label={t(`newSession.${field}`)} value={value} options={options(t)} disabled={busy !== null || why !== null} title={why === "role" ? t("error.forbidden") : why === "owner" ? t("stage.otherText") : undefined} testId={`set-${field}`} onChange={(next) => void set(field, next, session)} />] as const;
      })} />
      {refused !== null && (
        <Notice tone="bad" icon="alert" testId="set-refused">
          {conflict ? t("session.changedMeanwhile", { field: t(`newSession.${refused.field}`), value: name(refused.field, refused.value) }) : errorText(t, refused.error)}
          <div className={css.answers}>
            <Row>
              {conflict && <Button size="xs" kind="primary" testId="set-anyway" onClick={() => void set(refused.field, refused.value, session)}>{t("session.setMine")}</Button>}
              <Button size="xs" testId="keep-theirs" onClick={() => setRefused(null)}>{conflict ? t("session.keepTheirs") : t("app.close")}</Button>
            </Row>
          </div>
        </Notice>
      )}
    </section>
  );
}

function asChange(field: Field, value: string): SessionChange {
  const or = value === "" ? null : value;
  if (field === "priority") return { priority: value as Priority };
  if (field === "channel") return { channel: value };
  return field === "category" ? { category: or } : { company: or };
}

/** Why it cannot be changed: it is over, somebody else's, or the role does not allow it. */
function closedTo(setup: Setup, session: Session, me: string, field: Field): "over" | "owner" | "role" | null {
  if (session.state === "closed" || session.state === "expired") return "over";
  if (!may(setup, NEEDS[field], session.channel)) return "role";
  return session.owner == null || session.owner.id === me || may(setup, "session_take_over", session.channel) ? null : "owner";
}

interface Thing {
  value: string;
  text: string;
  options: (t: TFunction) => { value: string; label: string }[];
  /** Is there anything to see or to choose? */
  worth: boolean;
}

function things(setup: Setup, session: Session): Record<Field, Thing> {
  const list = (all: readonly { id: string; setup: { name: string } }[]) => all.map(({ id, setup: { name } }) => ({ value: id, label: name }));
  const here = { value: session.channel, label: channelName(setup, session.channel) };
  const channels = list(setup.channels);
  const category = setup.categories.find(({ id }) => id === session.category)?.setup.name ?? "";
  const company = session.company ?? "";
  return {
    channel: { value: here.value, text: here.label, options: () => (channels.some(({ value }) => value === here.value) ? channels : [here, ...channels]), worth: setup.channels.length > 1 },
    priority: { value: session.priority, text: "", options: (t) => PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) })), worth: true },
    category: { value: session.category ?? "", text: category, options: (t) => [{ value: "", label: t("newSession.none") }, ...list(setup.categories)], worth: setup.categories.length > 0 },
    company: { value: session.company_id ?? "", text: company, options: (t) => [{ value: "", label: session.company_id == null && company !== "" ? company : t("newSession.none") }, ...list(setup.companies)], worth: setup.companies.length > 0 },
  };
}
