import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Who may import what; `docs/technician.md` explains the folders. */
const mantine = { group: ["@mantine/*"], message: "Only ui/ wraps the component library." };
const react = { group: ["react", "react-dom", "react-i18next", "@tanstack/*"], message: "remote/ knows no React." };
const inner = { group: ["@/features/*", "@/app/*"], message: "Lower folders do not know the features." };
const network = ["fetch", "XMLHttpRequest", "EventSource"].map((name) => ({ name, message: "Only api/ talks to the relay's REST interface." }));
const features = ["signin", "queue", "newsession", "code", "session", "invite", "settings", "account"];

const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/gen"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js"] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "no-restricted-globals": ["error", ...network],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-syntax": ["error", { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Trusted Types are on." }],
      ...imports(mantine),
    },
  },
  { files: ["src/ui/**"], rules: imports(inner) },
  { files: ["src/api/**"], rules: { "no-restricted-globals": "off", ...imports(mantine, inner) } },
  { files: ["src/i18n/**"], rules: imports(mantine, inner) },
  { files: ["src/remote/**"], rules: imports(mantine, react, inner, { group: ["@/ui/*", "@/api/*", "@/i18n/*"], message: "remote/ stands alone." }) },
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    rules: imports(mantine, {
      group: features.filter((other) => other !== name).flatMap((other) => [`@/features/${other}`, `@/features/${other}/*`, `../${other}`, `../${other}/*`]),
      message: "Features do not import each other.",
    }),
  })),
  { files: ["**/*.test.{ts,tsx}", "dev/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off", "no-restricted-globals": "off" } },
  { files: ["dev/**"], extends: [tseslint.configs.disableTypeChecked], rules: { "@typescript-eslint/no-explicit-any": "off" } },
  { files: ["*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
