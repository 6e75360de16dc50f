// The calendar of a base; everything else on these pages is a form or a link.
"use strict";

function twoDigits(number) { return String(number).padStart(2, "0"); }

function showCalendar(place) {
  if (place.dataset.shown) return;
  place.dataset.shown = "yes";
  const words = place.dataset;
  const narrow = window.matchMedia("(max-width: 40rem)").matches;
  EventCalendar.create(place, {
    view: narrow ? "listWeek" : "dayGridMonth",
    date: words.date,
    locale: "zh-CN",
    firstDay: 1,
    height: narrow ? undefined : "44rem",
    nowIndicator: true,
    slotMinTime: "06:00:00",
    slotMaxTime: "24:00:00",
    scrollTime: "08:00:00",
    dayMaxEvents: true,
    allDaySlot: false,
    noEventsContent: words.empty,
    moreLinkContent: (more) => words.more + " " + more.num,
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: (at) => twoDigits(at.getHours()) + ":00",
    headerToolbar: { start: "prev,next today", center: "title", end: "dayGridMonth,timeGridWeek,listWeek" },
    buttonText: (text) => Object.assign(text, {
      today: words.today, dayGridMonth: words.month, timeGridWeek: words.week, listWeek: words.list, close: "×", prev: words.prev, next: words.next,
    }),
    eventSources: [{ url: words.events }],
    eventClick: (click) => {
      const href = click.event.extendedProps.href;
      if (href) location.assign(href);
    },
  });
}

function begin() {
  const place = document.getElementById("calendar");
  if (place) showCalendar(place);
  const foreseen = document.querySelector("#preview .notice");
  if (foreseen) foreseen.scrollIntoView({ block: "center" });
  const address = document.querySelector("input.address");
  if (address) address.addEventListener("focus", () => address.select());
}

document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("htmx:afterSettle", begin);
