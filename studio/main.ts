// Starts the studio: fonts, styles, and the shell around the scene that the address names.
import "./fonts.css";
import "./style.css";
import { mount } from "svelte";
import App from "./shell/App.svelte";

mount(App, { target: document.getElementById("app")! });
