import { createMachine } from "xstate";

export const supervisorMachine = createMachine({
  "id": "supervisor",
  "context": {
    "watched": {}
  },
  "on": {
    "OPEN": {
      "guard": "isNotWatched",
      "actions": "spawnPosition"
    },
    "RESTORE": {
      "actions": "spawnRestored"
    },
    "xstate.error.actor.*": {
      "actions": [
        "stopCrashed",
        "noteCrash"
      ]
    },
    "CRASH_NOTED": [
      {
        "guard": "hasCrashedTooOften",
        "actions": "suspendCrashed"
      },
      {
        "actions": "planRestart"
      }
    ],
    "SUSPEND": {
      "actions": [
        "stopNamed",
        "suspend"
      ]
    },
    "REAP": {
      "actions": [
        "stopNamed",
        "forget"
      ]
    }
  }
});
