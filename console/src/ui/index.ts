export { Button, Dialog, IconButton, Kbd, Menu, PasswordField, SearchField, Segments, TextArea, TextField, type MenuSection } from "./controls";
export { DigitsInput, type DigitsHandle } from "./Digits";
export { Icon, type IconName } from "./icons";
export { Card, Centered, Chip, copyText, CopyField, Dim, Empty, Facts, Notice, Page, QrCode, Row, Spinner, Steps, TwoColumns, type Tone } from "./pieces";
export { tell, tellError, UiProvider, useColorScheme, type ColorScheme } from "./Provider";
export { useNow } from "./useNow";
