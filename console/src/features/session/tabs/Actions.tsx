import { WorkLog } from "../WorkLog";
import css from "./tabs.module.css";
import type { TabProps } from "./tab";

export default function Actions({ session }: TabProps) {
  return <div className={css.column}><WorkLog session={session} /></div>;
}
