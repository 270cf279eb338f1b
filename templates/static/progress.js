// Keeps the progress of a job up to date, also (the first one of a page) in the
// browser's title, and reloads the page once the job has ended.
// Where the page is in the background then, its title says how the job ended, and it is loaded when it is looked at.
// Marked up by the macro job_progress: [data-job] holds the job's address under /api/v1.
// Other scripts hear "job-ended" on the document.

const PERIOD = 700;
const TITLE = document.title;

function duration(seconds) {
  const whole = Math.max(Math.round(seconds), 0);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes < 10 && whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
}

function capital(status) {
  return status.charAt(0).toUpperCase() + status.slice(1);
}

function heading(job) {
  if (job.status !== "running") return capital(job.status);
  return `${Math.floor(100 * job.fraction)}%`;
}

function show(section, job) {
  const write = (name, text) => {
    const element = section.querySelector(`[data-job-${name}]`);
    if (element && element.textContent !== text) element.textContent = text;
  };
  write("phase", job.status === "waiting" ? "Waiting for the worker" : job.phase || "Starting");
  write("detail", job.phase_count ? `Step ${job.phase_number} of ${job.phase_count}` : "");
  write("percent", `${Math.floor(100 * job.fraction)}%`);
  write("left", job.seconds_left === null ? "" : `· about ${duration(job.seconds_left)} left`);
  section.querySelector("progress").value = job.fraction;
  for (const badge of document.querySelectorAll("[data-job-badge] .badge")) {
    badge.className = `badge badge-${job.status}`;
    badge.dataset.status = job.status;
    badge.textContent = capital(job.status);
  }
  for (const word of document.querySelectorAll("[data-job-word]")) word.textContent = capital(job.status);
  if (section === document.querySelector("[data-job]")) document.title = `${heading(job)} · ${TITLE}`;
}

function seen() {
  return new Promise((resolve) => {
    const look = () => document.hidden || resolve();
    document.addEventListener("visibilitychange", look);
    look();
  });
}

async function follow(section) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PERIOD));
    try {
      const answer = await fetch(section.dataset.job, { headers: { accept: "application/json" } });
      if (!answer.ok) continue;
      const job = await answer.json();
      show(section, job);
      if (job.status !== "waiting" && job.status !== "running") {
        document.dispatchEvent(new CustomEvent("job-ended", { detail: { title: TITLE, status: job.status } }));
        await seen();
        window.location.reload();
        return;
      }
    } catch {
      // The server is restarting or the network is down: the next round asks again.
    }
  }
}

for (const section of document.querySelectorAll("[data-job]")) {
  follow(section);
  const form = section.querySelector("[data-job-cancel]");
  if (form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.querySelector("button").disabled = true;
      await fetch(form.action, { method: "POST" });
    });
  }
}
