// What the theme draws without a name gets one, for those who hear a page.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll(".bd-links summary")) {
    const link = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages of ${link.textContent.trim()}`);
  }
  for (const nav of document.querySelectorAll(".navbar-item > nav:not([aria-label])")) {
    nav.setAttribute("aria-label", "Site");
  }
  for (const button of document.querySelectorAll(".search-button-field")) {
    const shown = button.innerText.trim().replace(/\s+/g, " ");
    if (shown) button.setAttribute("aria-label", shown);
  }
  // The keyboard moves what is wider than its place.
  for (const map of document.querySelectorAll("div.map")) {
    if (map.scrollWidth > map.clientWidth) map.tabIndex = 0;
  }
});
