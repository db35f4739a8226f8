import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, signIn, useDesk } from "@/api";
import { duration } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Card, Centered, Dim, Form, Notice, PasswordField, TextField, useNow } from "@/ui";

export function SignInPage() {
  const { t, i18n } = useTranslation();
  const { data: desk } = useDesk();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [lockedUntil, setLockedUntil] = useState(0);
  const left = lockedUntil - useNow();

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (email.trim() === "" || password === "") {
      setProblem(t("signin.required"));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await signIn(email.trim(), password);
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.code === "too_many_tries" && error.retryAfter !== null) setLockedUntil(Date.now() + error.retryAfter * 1000);
      else setProblem(errorText(t, error));
    }
  };

  return (
    <Centered>
      <Card>
        <div style={{ display: "flex", gap: 12, alignItems: "center" }}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <h1>{t("signin.title")}</h1>
            {desk !== undefined && <Dim>{t("signin.subtitle", { desk: desk.name })}</Dim>}
          </div>
        </div>
        <Form onSubmit={(event) => void submit(event)}>
          <TextField label={t("signin.email")} value={email} onChange={setEmail} autoComplete="username" inputMode="email" autoFocus testId="email" />
          <PasswordField label={t("signin.password")} value={password} onChange={setPassword} autoComplete="current-password" testId="password" />
          {left > 0 ? (
            <Notice tone="bad" icon="lock" testId="signin-error">{t("signin.locked", { time: duration(left, i18n.language) })}</Notice>
          ) : (
            problem !== null && <Notice tone="bad" icon="alert" testId="signin-error">{problem}</Notice>
          )}
          <Button type="submit" kind="primary" size="md" wide busy={busy} disabled={left > 0} testId="sign-in">{t("signin.submit")}</Button>
        </Form>
        <Dim>{t("signin.noAccount")}</Dim>
      </Card>
    </Centered>
  );
}
