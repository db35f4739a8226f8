import { ChatPanel } from "../ChatPanel";
import css from "./tabs.module.css";
import type { TabProps } from "./tab";

export function Correspondence({ session, me }: TabProps) {
  return <div className={css.column}><ChatPanel session={session} me={me} /></div>;
}
