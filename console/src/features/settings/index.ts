export { AreaPage, NewPage, ThingPage } from "./AreaPages";
export { FirstArea, SettingsPage } from "./SettingsPage";
