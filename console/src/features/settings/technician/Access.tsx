/** How somebody signs in: name and address, a new password, and where they are signed in. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { account, cache, may, useTechnician, type Setup, type TechnicianEntry } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { SignIns } from "@/shared/SignIns";
import { Button, CopyField, Dialog, Dim, Form, Group, Notice, Row, tell, TextField } from "@/ui";

import css from "../settings.module.css";
import { isOwner } from "./roles";

export function Access({ setup, entry }: { setup: Setup; entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const me = useTechnician()?.id;
  const allowed = may(setup, "technician_manage") && (!isOwner(setup, entry.id) || isOwner(setup, me));
  if (!allowed) return <Notice tone="neutral" icon="lock">{may(setup, "technician_manage") ? t("settings.technician.ownerOnly") : t("settings.mayLook", { permission: t("settings.permission.technician_manage") })}</Notice>;
  return (
    <div className={css.fields}>
      <Names key={`${entry.name} ${entry.email}`} entry={entry} />
      {entry.id === me ? <Dim>{t("account.ownElsewhere")}</Dim> : <Password entry={entry} />}
      <Group title={t("account.signIns")}>
        <SignIns technician={entry.id} />
        {entry.id !== me && <SignOut entry={entry} />}
      </Group>
    </div>
  );
}

function Names({ entry }: { entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const [name, setName] = useState(entry.name);
  const [email, setEmail] = useState(entry.email);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const changed = name.trim() !== entry.name || email.trim().toLowerCase() !== entry.email;
  const faults = { name: name.trim() === "" ? t("account.nameRequired") : undefined, email: email.includes("@") ? undefined : t("account.emailInvalid") };
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (faults.name !== undefined || faults.email !== undefined) return;
    setBusy(true);
    setProblem(null);
    try {
      await account.change(entry.id, { name: entry.name, email: entry.email }, { name: name.trim(), email: email.trim() });
      tell(t("account.saved"));
      await cache.invalidateQueries({ queryKey: SETUP_KEY });
    } catch (error) {
      setProblem(errorText(t, error));
    }
    setBusy(false);
  };
  return (
    <Group title={t("account.names")} text={t("account.namesHint")}>
      <div style={{ maxWidth: 460 }}>
        <Form onSubmit={(event) => void save(event)}>
          <TextField label={t("account.name")} value={name} onChange={setName} maxLength={120} autoComplete="off" error={faults.name} testId="account-name" />
          <TextField label={t("account.email")} value={email} onChange={setEmail} maxLength={254} inputMode="email" autoComplete="off" error={faults.email} testId="account-email" />
          {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
          <Row><Button type="submit" busy={busy} disabled={!changed} testId="save-account">{t("account.save")}</Button></Row>
        </Form>
      </div>
    </Group>
  );
}

function Password({ entry }: { entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const reset = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setPassword(await account.resetPassword(entry.id));
      setAsking(false);
      void cache.invalidateQueries({ queryKey: account.signInsKey(entry.id) });
    } catch (error) {
      setProblem(errorText(t, error));
    }
    setBusy(false);
  };
  return (
    <Group title={t("account.password")} text={t("account.resetHint")}>
      {password === null ? (
        <Row><Button onClick={() => setAsking(true)} testId="reset-password">{t("account.reset")}</Button></Row>
      ) : (
        <>
          <Notice tone="warn" icon="lock">{t("settings.technician.passwordText")}</Notice>
          <CopyField label={t("account.newPassword")} value={password} copyLabel={t("settings.technician.copy")} copiedLabel={t("settings.technician.copied")} testId="made-up-password" />
        </>
      )}
      <Dialog title={t("account.resetTitle", { name: entry.name })} opened={asking} onClose={() => setAsking(false)} closeLabel={t("app.close")}>
        <p>{t("account.resetText")}</p>
        {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
        <Row><Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button><Button kind="danger" busy={busy} onClick={() => void reset()} testId="confirm-reset">{t("account.reset")}</Button></Row>
      </Dialog>
    </Group>
  );
}

function SignOut({ entry }: { entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const signOut = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await account.signOutEverywhere(entry.id);
      tell(t("account.signedOut", { name: entry.name }));
    } catch (error) {
      setProblem(errorText(t, error));
    }
    await cache.invalidateQueries({ queryKey: account.signInsKey(entry.id) });
    setBusy(false);
  };
  return (
    <>
      {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
      <Row><Button busy={busy} onClick={() => void signOut()} testId="sign-out-everywhere">{t("account.signOutEverywhere")}</Button></Row>
    </>
  );
}
