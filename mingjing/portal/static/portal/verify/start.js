// Starts the page that checks receipts, served or saved.
import { mount, trustOf } from "./page.js";

mount(document.getElementById("receipt-check"), trustOf(document));
