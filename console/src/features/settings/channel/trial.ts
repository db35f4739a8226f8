/** What the relay said about an imagined request, in words. */

import type { TFunction } from "i18next";

import type { Setup, Tried } from "@/api";

import { categoryName, companyName } from "../names";
import { conditionText } from "./rules";

type Checked = Tried["route"]["steps"][number]["checked"][number];
type Not = Exclude<Checked["verdict"], string>["not"];
type Judgement = Tried["pick"]["considered"][number]["judgement"];
type Unfit = Extract<Judgement, { unfit: unknown }>["unfit"];

export function verdictText(t: TFunction, setup: Setup, channel: string, { verdict, rule }: Checked): string {
  if (verdict === "matched" || verdict === "not_asked") return t(`settings.tester.${verdict}`);
  const condition = setup.channels.find((it) => it.id === channel)?.setup.rules?.[rule - 1]?.when?.[verdict.not.condition - 1];
  const found = foundText(t, setup, verdict.not.found);
  return t("settings.tester.notCondition", { condition: condition === undefined ? found : `${conditionText(t, setup, condition)} – ${found}` });
}

function foundText(t: TFunction, setup: Setup, found: Not["found"]): string {
  if (found === "nothing") return t("settings.tester.found.nothing");
  if ("text" in found) return t("settings.tester.found.text", { text: found.text });
  if ("company" in found) return t("settings.tester.found.company", { company: companyName(t, setup, found.company) });
  if ("category" in found) return t("settings.tester.found.category", { category: categoryName(t, setup, found.category) });
  const { missing } = found.text_without;
  return missing == null ? t("settings.tester.found.words") : t("settings.tester.found.missing", { word: missing });
}

export function judgementText(t: TFunction, judgement: Judgement, bySkill: boolean): string {
  if ("unfit" in judgement) return unfitText(t, judgement.unfit);
  const { load, limit, level } = judgement.fits;
  return bySkill ? t("settings.tester.fitsSkill", { level, load, limit }) : t("settings.tester.fits", { load, limit });
}

function unfitText(t: TFunction, unfit: Unfit): string {
  if (typeof unfit === "string") return t(`settings.tester.unfit.${unfit}`);
  if ("not_available" in unfit) return t(`settings.tester.unfit.${unfit.not_available}`);
  if ("at_limit" in unfit) return t("settings.tester.unfit.at_limit", unfit.at_limit);
  const { skill, has, needs } = unfit.skill;
  return has == null ? t("settings.tester.unfit.noSkill", { skill }) : t("settings.tester.unfit.lowSkill", { skill, has, needs });
}
