/** What is asked of who comes by a link of this channel. */

import { useId } from "react";
import { useTranslation } from "react-i18next";

import { SelectField, TextArea, TextField } from "@/ui";

import css from "../settings.module.css";
import type { PanelProps } from "./ChannelPage";
import { QUESTIONS, type FormField, type Question } from "./parts";

const ASKED = ["no", "optional", "required"] as const satisfies readonly NonNullable<FormField["asked"]>[];

export function FormEditor({ setup, draft }: Pick<PanelProps, "setup" | "draft">) {
  const { t } = useTranslation();
  const id = useId();
  const { value, set } = draft;
  const change = (question: Question, field: Partial<FormField>): void => set({ form: { ...value.form, [question]: { ...value.form[question], ...field } } });
  const nothing = QUESTIONS.every((question) => value.form[question].asked === "no");
  return (
    <>
      <p className={css.dim} id={id}>{t("call.form.text")}</p>
      <div className={css.tableBox} style={{ marginBottom: 0 }}>
        <table className={css.table} aria-describedby={id} data-testid="form-questions">
          <thead><tr><th scope="col">{t("call.form.question")}</th><th scope="col">{t("call.form.asked")}</th><th scope="col">{t("call.form.label")}</th></tr></thead>
          <tbody>
            {QUESTIONS.map((question) => {
              const { asked, label } = value.form[question];
              const name = t(`call.form.${question}`);
              return (
                <tr key={question}>
                  <th scope="row">
                    {name}
                    {question === "category" && asked !== "no" && setup.categories.length === 0 && <div className={css.dim} style={{ fontWeight: 400, whiteSpace: "normal" }}>{t("call.form.noCategories")}</div>}
                  </th>
                  <td><SelectField bare small label={`${name}: ${t("call.form.asked")}`} value={asked} options={ASKED.map((it) => ({ value: it, label: t(`call.form.ask.${it}`) }))} onChange={(chosen) => change(question, { asked: ASKED.find((it) => it === chosen) ?? "no" })} testId={`ask-${question}`} /></td>
                  <td><TextField bare label={`${name}: ${t("call.form.label")}`} value={label ?? ""} maxLength={80} autoComplete="off" disabled={asked === "no"} hint={name} onChange={(typed) => change(question, { label: typed === "" ? null : typed })} testId={`label-${question}`} /></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className={css.dim}>{nothing ? t("call.form.nothing") : t("call.form.labelHint")}</p>
      <TextArea label={t("settings.channel.privacy")} hint={t("settings.channel.privacyHint")} rows={4} maxLength={1000} value={value.privacy ?? ""} onChange={(privacy) => set({ privacy: privacy === "" ? null : privacy })} testId="privacy" />
    </>
  );
}
