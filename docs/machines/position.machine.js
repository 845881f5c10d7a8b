import { createMachine } from "xstate";

export const positionMachine = createMachine({
  "id": "position",
  "initial": "opening",
  "on": {
    "ACCEPTED": {
      "actions": "noteAccepted"
    },
    "FILL": [
      {
        "guard": "reportIsImpossible",
        "actions": "suspectReport"
      },
      {
        "guard": "fillIsNew",
        "actions": "countFill"
      }
    ],
    "ENDED": [
      {
        "guard": "reportIsImpossible",
        "actions": "suspectReport"
      },
      {
        "actions": "noteEnded"
      }
    ],
    "REJECTED": {
      "actions": "noteRejected"
    },
    "UNKNOWN": {
      "actions": "noteUnknown"
    },
    "ABSENT": [
      {
        "guard": "isStillWanted",
        "actions": "placeAgain"
      },
      {
        "actions": "noteAbsent"
      }
    ],
    "DEADLINE": {
      "actions": [
        "lookUpOverdue",
        "renewSettle"
      ]
    },
    "RECOVER": {
      "actions": "lookUpAll"
    },
    "PRICE_DROPPED": {
      "actions": "noteDroppedPrice"
    }
  },
  "states": {
    "opening": {
      "description": "The entry is written down and sent; nothing has filled.",
      "always": [
        {
          "guard": "hasEntered",
          "target": "open"
        },
        {
          "guard": "nothingEntered",
          "target": "closed",
          "actions": "concludeUnfilled"
        }
      ],
      "on": {
        "CLOSE": {
          "target": "closing.awaitingEntry",
          "actions": "closeOnRequest"
        },
        "CONTEXT": {
          "actions": "noteContext"
        },
        "DEADLINE": {
          "guard": "timeIsUp",
          "target": "closing.awaitingEntry",
          "actions": [
            "lookUpOverdue",
            "leaveOnTime"
          ]
        },
        "RECOVER": {
          "guard": "timeIsUp",
          "target": "closing.awaitingEntry",
          "actions": [
            "lookUpAll",
            "leaveOnTime"
          ]
        }
      }
    },
    "open": {
      "description": "No rung is passed yet.",
      "initial": "filling",
      "always": [
        {
          "guard": {
            "type": "rungIsFilled",
            "params": {
              "rung": 1
            }
          },
          "target": "TP1_hit",
          "actions": {
            "type": "passFilledRung",
            "params": {
              "rung": 1
            }
          }
        },
        {
          "guard": {
            "type": "rungIsSkipped",
            "params": {
              "rung": 1
            }
          },
          "target": "TP1_hit",
          "actions": {
            "type": "passSkippedRung",
            "params": {
              "rung": 1
            }
          }
        }
      ],
      "on": {
        "PRICE": [
          {
            "guard": "mustClose",
            "target": "closing",
            "actions": "beginClose"
          },
          {
            "guard": "mustAdjust",
            "actions": "adjust"
          }
        ],
        "CONTEXT": {
          "actions": "noteContext"
        },
        "DEADLINE": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpOverdue",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpOverdue",
              "endRungCooldown",
              "follow"
            ]
          }
        ],
        "RECOVER": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpAll",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpAll",
              "follow"
            ]
          }
        ],
        "CLOSE": {
          "target": "closing",
          "actions": "closeOnRequest"
        },
        "GONE": {
          "target": "closed",
          "actions": "closeExternally"
        }
      },
      "states": {
        "filling": {
          "description": "Part of the entry has filled; the stop watches, the ladder waits.",
          "always": [
            {
              "guard": "mustFallBackToSingle",
              "target": "watching",
              "actions": "fallBackToSingle"
            },
            {
              "guard": "entryHasSettled",
              "target": "watching"
            }
          ]
        },
        "watching": {
          "description": "No exit is under way; prices may start one.",
          "always": [],
          "on": {
            "PRICE": [
              {
                "guard": "exitTakesEverything",
                "target": "#position.closing",
                "actions": "beginClose"
              },
              {
                "guard": "exitIsSized",
                "target": "takingProfit",
                "actions": "exitRungs"
              },
              {
                "guard": "exitIsSkipped",
                "actions": "skipRungs"
              },
              {
                "guard": "exitIsHeldBack",
                "actions": "holdBackRungs"
              }
            ]
          }
        },
        "takingProfit": {
          "description": "A partial exit is under way; no other is begun.",
          "always": {
            "guard": "exitsSettled",
            "target": "watching",
            "actions": "settleExit"
          }
        }
      }
    },
    "TP1_hit": {
      "description": "Rung 1 is passed.",
      "initial": "watching",
      "always": [
        {
          "guard": {
            "type": "rungIsFilled",
            "params": {
              "rung": 2
            }
          },
          "target": "TP2_hit",
          "actions": {
            "type": "passFilledRung",
            "params": {
              "rung": 2
            }
          }
        },
        {
          "guard": {
            "type": "rungIsSkipped",
            "params": {
              "rung": 2
            }
          },
          "target": "TP2_hit",
          "actions": {
            "type": "passSkippedRung",
            "params": {
              "rung": 2
            }
          }
        }
      ],
      "on": {
        "PRICE": [
          {
            "guard": "mustClose",
            "target": "closing",
            "actions": "beginClose"
          },
          {
            "guard": "mustAdjust",
            "actions": "adjust"
          }
        ],
        "CONTEXT": {
          "actions": "noteContext"
        },
        "DEADLINE": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpOverdue",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpOverdue",
              "endRungCooldown",
              "follow"
            ]
          }
        ],
        "RECOVER": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpAll",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpAll",
              "follow"
            ]
          }
        ],
        "CLOSE": {
          "target": "closing",
          "actions": "closeOnRequest"
        },
        "GONE": {
          "target": "closed",
          "actions": "closeExternally"
        }
      },
      "states": {
        "watching": {
          "description": "No exit is under way; prices may start one.",
          "always": [
            {
              "guard": "exitInFlight",
              "target": "takingProfit"
            }
          ],
          "on": {
            "PRICE": [
              {
                "guard": "exitTakesEverything",
                "target": "#position.closing",
                "actions": "beginClose"
              },
              {
                "guard": "exitIsSized",
                "target": "takingProfit",
                "actions": "exitRungs"
              },
              {
                "guard": "exitIsSkipped",
                "actions": "skipRungs"
              },
              {
                "guard": "exitIsHeldBack",
                "actions": "holdBackRungs"
              }
            ]
          }
        },
        "takingProfit": {
          "description": "A partial exit is under way; no other is begun.",
          "always": {
            "guard": "exitsSettled",
            "target": "watching",
            "actions": "settleExit"
          }
        }
      }
    },
    "TP2_hit": {
      "description": "Rungs 1 to 2 are passed; the next closes everything.",
      "initial": "watching",
      "always": [],
      "on": {
        "PRICE": [
          {
            "guard": "mustClose",
            "target": "closing",
            "actions": "beginClose"
          },
          {
            "guard": "mustAdjust",
            "actions": "adjust"
          }
        ],
        "CONTEXT": {
          "actions": "noteContext"
        },
        "DEADLINE": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpOverdue",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpOverdue",
              "endRungCooldown",
              "follow"
            ]
          }
        ],
        "RECOVER": [
          {
            "guard": "timeIsUp",
            "target": "closing",
            "actions": [
              "lookUpAll",
              "leaveOnTime"
            ]
          },
          {
            "actions": [
              "lookUpAll",
              "follow"
            ]
          }
        ],
        "CLOSE": {
          "target": "closing",
          "actions": "closeOnRequest"
        },
        "GONE": {
          "target": "closed",
          "actions": "closeExternally"
        }
      },
      "states": {
        "watching": {
          "description": "No exit is under way; prices may start one.",
          "always": [
            {
              "guard": "exitInFlight",
              "target": "takingProfit"
            }
          ],
          "on": {}
        },
        "takingProfit": {
          "description": "A partial exit is under way; no other is begun.",
          "always": {
            "guard": "exitsSettled",
            "target": "watching",
            "actions": "settleExit"
          }
        }
      }
    },
    "closing": {
      "description": "Everything is to be sold. The only ways out: flat, or gone from the exchange.",
      "initial": "settling",
      "always": [
        {
          "guard": "isFlat",
          "target": "closed",
          "actions": "finishClose"
        },
        {
          "guard": "nothingEntered",
          "target": "closed",
          "actions": "concludeUnfilled"
        }
      ],
      "on": {
        "GONE": {
          "target": "closed",
          "actions": "closeExternally"
        },
        "RECOVER": {
          "actions": [
            "lookUpAll",
            "askToSettle"
          ]
        }
      },
      "states": {
        "awaitingEntry": {
          "description": "Called off before anything filled: the entry is canceled, and what comes of it is closed.",
          "entry": "askToSettle",
          "always": {
            "guard": "entryHasSettled",
            "target": "settling"
          },
          "on": {
            "DEADLINE": {
              "guard": "mayWaitNoLonger",
              "target": "requesting",
              "actions": "lookUpOverdue"
            }
          }
        },
        "settling": {
          "description": "Orders in the way are canceled; on spot a working exit holds the balance.",
          "entry": "askToSettle",
          "always": {
            "guard": "canSell",
            "target": "requesting"
          },
          "on": {
            "DEADLINE": {
              "guard": "mayWaitNoLonger",
              "target": "requesting",
              "actions": "lookUpOverdue"
            }
          }
        },
        "requesting": {
          "description": "The close is written down and sent; the exchange has not answered.",
          "entry": "placeClose",
          "always": [
            {
              "guard": "nothingToSell",
              "target": "settling"
            },
            {
              "guard": "closeHasFailedTooOften",
              "target": "blocked",
              "actions": "noteCloseFailure"
            },
            {
              "guard": "closeHasFailed",
              "target": "backingOff",
              "actions": "noteCloseFailure"
            },
            {
              "guard": "closeLeftARest",
              "target": "requesting",
              "reenter": true
            },
            {
              "guard": "closeIsWorking",
              "target": "working"
            }
          ]
        },
        "working": {
          "description": "The exchange has the close.",
          "always": [
            {
              "guard": "closeHasFailedTooOften",
              "target": "blocked",
              "actions": "noteCloseFailure"
            },
            {
              "guard": "closeHasFailed",
              "target": "backingOff",
              "actions": "noteCloseFailure"
            },
            {
              "guard": "closeLeftARest",
              "target": "requesting"
            }
          ]
        },
        "backingOff": {
          "description": "The close has failed; a pause that doubles, then again.",
          "on": {
            "DEADLINE": {
              "guard": "closeRetryIsDue",
              "target": "requesting",
              "actions": "lookUpOverdue"
            },
            "RETRY": {
              "target": "requesting"
            }
          }
        },
        "blocked": {
          "description": "The close has failed too often: alert, and again at a slow interval, without end.",
          "tags": [
            "alert"
          ],
          "on": {
            "DEADLINE": {
              "guard": "closeRetryIsDue",
              "target": "requesting",
              "actions": "lookUpOverdue"
            },
            "RETRY": {
              "target": "requesting"
            }
          }
        }
      }
    },
    "closed": {
      "description": "Over; nothing leaves. Late fills are counted and handed over.",
      "on": {
        "FILL": [
          {
            "guard": "reportIsImpossible",
            "actions": "suspectReport"
          },
          {
            "guard": "fillIsNew",
            "actions": [
              "countFill",
              "handOverLateFill"
            ]
          }
        ],
        "DEADLINE": {
          "actions": "lookUpOverdue"
        },
        "PRICE_DROPPED": {}
      }
    }
  },
  "options": {
    "maxIterations": 100
  }
});
