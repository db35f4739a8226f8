import { useTranslation } from "react-i18next";

import { Check, Group, NumberField, Radios } from "@/ui";

import type { PanelProps } from "./ChannelPage";
import { wrongDays } from "./parts";

const REOPEN = ["never", "days", "always"] as const;

/** How the channel's sessions end, and come back. */
export function Closing({ draft }: Pick<PanelProps, "draft">) {
  const { t } = useTranslation();
  const { closing } = draft.value;
  const set = (change: Partial<typeof closing>): void => draft.set({ closing: { ...closing, ...change } });
  const reopen = closing.reopen === "never" || closing.reopen === "always" ? closing.reopen : "days";
  const error = (days: number): string | undefined => (wrongDays(days) ? t("life.closing.fault") : undefined);
  return (
    <>
      <Group title={t("life.closing.confirmTitle")}>
        <Check label={t("life.closing.confirm")} hint={t("life.closing.confirmHint")} checked={closing.confirm} onChange={(confirm) => set({ confirm })} testId="confirm-closing" />
        {closing.confirm && <NumberField label={t("life.closing.confirmDays")} value={closing.confirm_days === 0 ? null : closing.confirm_days} min={1} max={366} error={error(closing.confirm_days)} onChange={(days) => set({ confirm_days: days ?? 0 })} testId="confirm-days" />}
      </Group>
      <Group title={t("life.closing.reopenTitle")} text={t("life.closing.reopenHint")}>
        <Radios label={t("life.closing.reopen")} value={reopen} onChange={(chosen) => set({ reopen: chosen === "days" ? { business_days: 5 } : chosen === "always" ? "always" : "never" })} options={REOPEN.map((value) => (value === "never" ? { value, label: t("life.closing.reopenNever"), hint: t("life.closing.reopenNeverHint") } : { value, label: t(value === "days" ? "life.closing.reopenDays" : "life.closing.reopenAlways") }))} />
        {typeof closing.reopen === "object" && <NumberField label={t("life.closing.reopenDaysLabel")} value={closing.reopen.business_days === 0 ? null : closing.reopen.business_days} min={1} max={366} error={error(closing.reopen.business_days)} onChange={(days) => set({ reopen: { business_days: days ?? 0 } })} testId="reopen-days" />}
      </Group>
      <Group title={t("life.closing.noContactTitle")}>
        <Check label={t("life.closing.noContact")} hint={t("life.closing.noContactHint")} checked={closing.no_contact_days != null} onChange={(on) => set({ no_contact_days: on ? 5 : null })} testId="no-contact" />
        {closing.no_contact_days != null && <NumberField label={t("life.closing.noContactDays")} value={closing.no_contact_days === 0 ? null : closing.no_contact_days} min={1} max={366} error={error(closing.no_contact_days)} onChange={(days) => set({ no_contact_days: days ?? 0 })} testId="no-contact-days" />}
      </Group>
      <p>{t("life.closing.days")}</p>
    </>
  );
}
