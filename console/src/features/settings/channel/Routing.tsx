import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button, Group, IconButton, NumberField, Radios, SelectField } from "@/ui";

import { byName } from "../names";
import css from "../settings.module.css";
import type { PanelProps } from "./ChannelPage";
import { RuleEditor } from "./RuleEditor";
import { moved, summary, type Rule } from "./rules";

const POLICIES = ["manual", "round_robin", "least_busy", "by_skill"] as const;

export function Routing({ setup, id, draft }: PanelProps) {
  const { t } = useTranslation();
  const { value, set } = draft;
  return (
    <>
      <Radios label={t("settings.routing.policy")} value={value.policy} onChange={(chosen) => set({ policy: POLICIES.find((it) => it === chosen) ?? "manual" })} options={POLICIES.map((policy) => ({ value: policy, label: t(`settings.routing.policies.${policy}.name`), hint: t(`settings.routing.policies.${policy}.text`) }))} />
      <Rules setup={setup} id={id} draft={draft} />
      <Fallback setup={setup} id={id} draft={draft} />
    </>
  );
}

function Fallback({ setup, id, draft }: PanelProps) {
  const { t } = useTranslation();
  const { value, set } = draft;
  const { fallback_order: order, fallback_after: after } = value;
  return (
    <Group title={t("settings.routing.fallback")} text={t("settings.routing.fallbackText")}>
      <div style={{ maxWidth: 360 }}>
        <SelectField label={t("settings.routing.fallbackChannel")} value={value.fallback ?? ""} options={[{ value: "", label: t("settings.routing.fallbackNone") }, ...byName(setup.channels).filter((it) => it.id !== id).map((it) => ({ value: it.id, label: it.setup.name }))]} onChange={(chosen) => set({ fallback: chosen === "" ? null : chosen })} testId="fallback" />
      </div>
      <div>
        <h3 id="fallback-order">{t("settings.routing.order")}</h3>
        <ol className={css.plain} aria-labelledby="fallback-order" style={{ marginTop: 6, maxWidth: 420 }}>
          {order.map((step, index) => (
            <li key={step} className={css.ruleHead}>
              <span className={css.grow}>{index + 1}. {t(`settings.routing.step.${step}`)}</span>
              <IconButton icon="up" label={`${t("settings.up")}: ${t(`settings.routing.step.${step}`)}`} disabled={index === 0} onClick={() => set({ fallback_order: moved(order, index, index - 1) })} />
              <IconButton icon="down" label={`${t("settings.down")}: ${t(`settings.routing.step.${step}`)}`} disabled={index === order.length - 1} onClick={() => set({ fallback_order: moved(order, index, index + 1) })} />
            </li>
          ))}
        </ol>
      </div>
      <Radios label={t("settings.routing.fallbackAfter")} value={after === "never" ? "never" : "minutes"} onChange={(chosen) => set({ fallback_after: chosen === "never" ? "never" : { minutes: 15 } })} options={[{ value: "never", label: t("settings.routing.afterNever") }, { value: "minutes", label: t("settings.routing.afterMinutes"), hint: t("settings.routing.afterHint") }]} />
      {after !== "never" && <NumberField label={t("settings.routing.afterLabel")} value={after.minutes === 0 ? null : after.minutes} min={1} max={999} error={after.minutes < 1 || after.minutes > 999 ? t("settings.channel.fault.after") : undefined} onChange={(minutes) => set({ fallback_after: { minutes: minutes ?? 0 } })} testId="fallback-after" />}
    </Group>
  );
}

function Rules({ setup, id, draft }: PanelProps) {
  const { t } = useTranslation();
  const { value: { rules }, set } = draft;
  const [opened, setOpened] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const [focus, setFocus] = useState<number | null>(null);
  // What was moved keeps the keyboard.
  useEffect(() => {
    if (focus !== null) list.current?.querySelectorAll<HTMLElement>("[data-rule]")[focus]?.focus();
  }, [focus]);
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= rules.length) return;
    set({ rules: moved(rules, from, to) });
    setOpened((it) => (it === from ? to : it === to ? from : it));
    setFocus(to);
  };
  const keys = (index: number) => (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(index, index + (event.key === "ArrowUp" ? -1 : 1));
  };
  const add = (): void => {
    set({ rules: [...rules, { name: "", when: [{ any_word: [] }], then: { to: null, priority: null, skills: [] } }] });
    setOpened(rules.length);
  };
  return (
    <Group title={t("settings.routing.rules")} text={`${t("settings.routing.rulesText")} ${rules.length > 1 ? t("settings.routing.moveHint") : ""}`}>
      {rules.length === 0 && <p className={css.dim}>{t("settings.routing.noRules")}</p>}
      <ol className={css.rules} ref={list}>
        {rules.map((rule, index) => {
          const name = rule.name === "" ? t("settings.routing.unnamed") : rule.name;
          return (
            <li
              key={index}
              className={css.rule}
              data-testid="rule"
              data-over={over === index && dragged !== index}
              draggable={opened !== index}
              onDragStart={() => setDragged(index)}
              onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(index); } }}
              onDragEnd={() => { setDragged(null); setOver(null); }}
              onDrop={(event) => { event.preventDefault(); if (dragged !== null) move(dragged, index); setDragged(null); setOver(null); }}
            >
              <div className={css.ruleHead}>
                <button type="button" className={css.ruleOpen} data-rule aria-expanded={opened === index} aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" onKeyDown={keys(index)} onClick={() => setOpened(opened === index ? null : index)}>
                  <b>{index + 1}. {name}</b>
                  <span className={css.dim}>{summary(t, setup, rule)}</span>
                </button>
                <IconButton icon="up" label={t("settings.routing.upRule", { name })} disabled={index === 0} onClick={() => move(index, index - 1)} />
                <IconButton icon="down" label={t("settings.routing.downRule", { name })} disabled={index === rules.length - 1} onClick={() => move(index, index + 1)} />
                <IconButton icon="cross" label={t("settings.routing.removeRule", { name })} onClick={() => { set({ rules: rules.filter((_, it) => it !== index) }); setOpened(null); }} />
              </div>
              {opened === index && <RuleEditor setup={setup} channel={id} value={draft.value} rule={rule} onChange={(next: Rule) => set({ rules: rules.map((it, at) => (at === index ? next : it)) })} />}
            </li>
          );
        })}
      </ol>
      <div><Button size="xs" icon="plus" onClick={add} testId="add-rule">{t("settings.routing.addRule")}</Button></div>
    </Group>
  );
}
