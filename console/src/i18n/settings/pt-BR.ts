import type { Translation } from "../words";
import settings from "./en";
export default settings as Translation["settings"];
