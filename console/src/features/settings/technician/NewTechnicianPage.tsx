import { useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { cache, may, setup as access, useTechnician } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { Button, CopyField, Dim, Form, Notice, Row, SelectField, TextField } from "@/ui";

import { useSetupNow } from "../context";
import { whyNot } from "../names";
import { SettingPage } from "../parts";
import { firstPassword } from "./password";
import { isOwner, roleFrom, roleOptions } from "./roles";

export function NewTechnicianPage() {
  const { t } = useTranslation();
  const [made, setMade] = useState<{ id: string; name: string; password: string } | null>(null);
  return (
    <SettingPage area="technicians" title={made === null ? t("settings.technician.new") : t("settings.technician.passwordTitle", { name: made.name })} back={t("settings.technician.back")}>
      {made === null ? <NewForm onMade={setMade} /> : <Password made={made} />}
    </SettingPage>
  );
}

function NewForm({ onMade }: { onMade: (made: { id: string; name: string; password: string }) => void }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const me = useTechnician()?.id;
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const why = whyNot(t, may(setup, "technician_manage"), "technician_manage");
  const wrongEmail = !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === "" || wrongEmail || why !== null) return;
    setBusy(true);
    setProblem(null);
    const password = firstPassword();
    try {
      const chosen = roleFrom(role);
      const { id } = await access.makeTechnician({ name: name.trim(), email: email.trim(), password, setup: chosen === null ? {} : { holds: [{ role: chosen, on: "desk" }] } });
      onMade({ id, name: name.trim(), password });
      void cache.invalidateQueries({ queryKey: SETUP_KEY });
    } catch (error) {
      setProblem(errorText(t, error));
      setBusy(false);
    }
  };
  return (
    <>
      <Dim>{t("settings.technician.newText")}</Dim>
      {why !== null && <Notice tone="neutral" icon="lock">{why}</Notice>}
      <div style={{ maxWidth: 460 }}>
        <Form onSubmit={(event) => void submit(event)}>
          <TextField label={t("settings.technician.nameLabel")} value={name} onChange={setName} autoFocus autoComplete="off" maxLength={120} error={asked && name.trim() === "" ? t("settings.nameRequired") : undefined} testId="new-name" />
          <TextField label={t("settings.technician.email")} value={email} onChange={setEmail} inputMode="email" autoComplete="off" maxLength={254} error={asked && wrongEmail ? t("settings.technician.emailInvalid") : undefined} testId="new-email" />
          <SelectField label={t("settings.technician.startRole")} hint={t("settings.technician.startRoleHint")} value={role} options={[{ value: "", label: t("settings.technician.none") }, ...roleOptions(t, setup, "desk", isOwner(setup, me))]} onChange={setRole} testId="new-role" />
          {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
          <Row><Button type="submit" kind="primary" busy={busy} disabled={why !== null} testId="make">{t("settings.make")}</Button></Row>
        </Form>
      </div>
    </>
  );
}

function Password({ made: { id, password } }: { made: { id: string; password: string } }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div style={{ maxWidth: 560, display: "flex", flexDirection: "column", gap: 14 }}>
      <Notice tone="warn" icon="lock">{t("settings.technician.passwordText")}</Notice>
      <CopyField label={t("settings.technician.password")} value={password} copyLabel={t("settings.technician.copy")} copiedLabel={t("settings.technician.copied")} testId="first-password" />
      <Row><Button testId="to-technician" onClick={() => void navigate({ to: "/settings/$area/$id", params: { area: "technicians", id } })}>{t("settings.technician.toPage")}</Button></Row>
    </div>
  );
}
