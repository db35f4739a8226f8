/** Name and address, password, and where the technician is signed in. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { account, ApiError, cache, useTechnician, type Technician } from "@/api";
import { errorText } from "@/shared/errorText";
import { SignIns } from "@/shared/SignIns";
import { Button, Card, Form, Notice, PasswordField, Row, tell, TextField } from "@/ui";

import css from "./account.module.css";

export function ProfilePage() {
  const { t } = useTranslation();
  const technician = useTechnician();
  if (technician === null) return null;
  return (
    <div className={css.page}>
      <h1>{t("account.profile")}</h1>
      <Card><Names key={`${technician.name} ${technician.email}`} technician={technician} /></Card>
      <Card><Password /></Card>
      <Card>
        <h2>{t("account.signIns")}</h2>
        <SignIns end={account.endSignIn} />
      </Card>
    </div>
  );
}

function Names({ technician }: { technician: Technician }) {
  const { t } = useTranslation();
  const [name, setName] = useState(technician.name);
  const [email, setEmail] = useState(technician.email);
  const [password, setPassword] = useState("");
  const { asked, busy, problem, submit } = useSubmit(async () => {
    await account.changeOwn({ name: technician.name, email: technician.email }, { name: name.trim(), email: email.trim() }, password);
    tell(t("account.saved"));
  });
  const changed = name.trim() !== technician.name || email.trim().toLowerCase() !== technician.email;
  const faults = { name: name.trim() === "" ? t("account.nameRequired") : undefined, email: email.includes("@") ? undefined : t("account.emailInvalid"), password: password === "" ? t("account.passwordRequired") : undefined };
  return (
    <div className={css.narrow}>
      <Form onSubmit={(event) => submit(event, Object.values(faults).every((fault) => fault === undefined))}>
        <h2>{t("account.names")}</h2>
        <TextField label={t("account.name")} value={name} onChange={setName} maxLength={120} autoComplete="name" error={asked ? faults.name : undefined} testId="own-name" />
        <TextField label={t("account.email")} value={email} onChange={setEmail} maxLength={254} inputMode="email" autoComplete="email" error={asked ? faults.email : undefined} testId="own-email" />
        {changed && <PasswordField label={t("account.presentPassword")} value={password} onChange={setPassword} autoComplete="current-password" error={asked ? faults.password : undefined} testId="own-password" />}
        {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
        <Row><Button type="submit" kind="primary" busy={busy} disabled={!changed} testId="save-names">{t("account.save")}</Button></Row>
      </Form>
    </div>
  );
}

const LEAST = 10;

function Password() {
  const { t } = useTranslation();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const { asked, busy, problem, submit } = useSubmit(async () => {
    await account.changeOwnPassword(old, next);
    setOld("");
    setNext("");
    setAgain("");
    tell(t("account.passwordChanged"));
    void cache.invalidateQueries({ queryKey: account.signInsKey() });
  });
  const faults = { old: old === "" ? t("account.passwordRequired") : undefined, next: Array.from(next).length < LEAST ? t("account.passwordShort", { count: LEAST }) : undefined, again: again === next ? undefined : t("account.passwordDiffers") };
  return (
    <div className={css.narrow}>
      <Form onSubmit={(event) => submit(event, Object.values(faults).every((fault) => fault === undefined))}>
        <h2>{t("account.password")}</h2>
        <PasswordField label={t("account.presentPassword")} value={old} onChange={setOld} autoComplete="current-password" error={asked ? faults.old : undefined} testId="old-password" />
        <PasswordField label={t("account.newPassword")} value={next} onChange={setNext} autoComplete="new-password" error={asked ? faults.next : undefined} testId="new-password" />
        <PasswordField label={t("account.newPasswordAgain")} value={again} onChange={setAgain} autoComplete="new-password" error={asked ? faults.again : undefined} testId="new-password-again" />
        {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
        <Row><Button type="submit" kind="primary" busy={busy} testId="save-password">{t("account.changePassword")}</Button></Row>
      </Form>
    </div>
  );
}

/** Sends a form once what is in it is right; a refusal is shown, and nothing that was typed is lost. */
function useSubmit(send: () => Promise<void>) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: SyntheticEvent, right: boolean): void => {
    event.preventDefault();
    setAsked(true);
    if (!right) return;
    setBusy(true);
    setProblem(null);
    send()
      .then(() => setAsked(false))
      .catch((error: unknown) => setProblem(error instanceof ApiError && error.code === "wrong_password" ? t("account.passwordWrong") : errorText(t, error)))
      .finally(() => setBusy(false));
  };
  return { asked, busy, problem, submit };
}
