//! What an account has in each partition goes when the account is emptied.

use crate::{done, refused};
use serde_json::json;
use testkit::{Keys, World};

const REGIONS: [&str; 3] = ["eu-west-1", "cn-north-1", "us-gov-west-1"];

#[test]
fn a_reset_empties_an_account_in_every_partition() {
    let mut world = World::default();
    let [one, other] = ["111122223333", "444455556666"].map(|account| Keys::of(account, "any"));
    for region in REGIONS {
        for account in [&one, &other] {
            done(&mut world, &account.clone().in_region(region), ("iam", "CreateUser"), json!({"UserName": "ann"}));
        }
    }
    world.cloud().reset(Some("111122223333".parse().unwrap())).unwrap();
    for region in REGIONS {
        let (one, other) = (one.clone().in_region(region), other.clone().in_region(region));
        refused(&mut world, &one, ("iam", "GetUser"), json!({"UserName": "ann"}), "NoSuchEntity");
        done(&mut world, &other, ("iam", "GetUser"), json!({"UserName": "ann"}));
    }
}
