//! One-time passwords.

use crate::{credentials, done, refused, user};
use aws_lc_rs::hmac;
use serde_json::json;
use std::time::Duration;
use testkit::{Keys, World};

/// What a device shows so many steps of 30 s from now (RFC 6238), by its seed in base32.
fn shown(world: &World, seed: &str, ahead: i64) -> String {
    let digits =
        seed.bytes().filter_map(|letter| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|l| *l == letter));
    let bits: Vec<bool> = digits.flat_map(|digit| (0..5).rev().map(move |bit| digit >> bit & 1 == 1)).collect();
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect();
    let step = world.cloud().clock().now().secs() / 30 + ahead;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes), &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

#[test]
fn a_code_opens_one_session_and_iam_with_it() {
    let mut world = World::default();
    let root = Keys::bootstrap();
    let ann = user(&mut world, "ann");
    let made = json!({"VirtualMFADeviceName": "phone"});
    let device = done(&mut world, &root, ("iam", "CreateVirtualMFADevice"), made)["VirtualMFADevice"].clone();
    let seed = device["Base32StringSeed"].as_str().unwrap();
    let seed = match base64::Engine::decode(&base64::engine::general_purpose::STANDARD, seed) {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(_) => seed.to_owned(),
    };
    let serial = device["SerialNumber"].clone();
    let enable = json!({"UserName": "ann", "SerialNumber": serial, "AuthenticationCode1": shown(&world, &seed, 0),
                        "AuthenticationCode2": shown(&world, &seed, 1)});
    done(&mut world, &root, ("iam", "EnableMFADevice"), enable);
    let session = |code: String| json!({"SerialNumber": serial, "TokenCode": code});
    let get = ("sts", "GetSessionToken");
    // The codes that enabled the device are used up.
    for ahead in [0, 1] {
        let used = session(shown(&world, &seed, ahead));
        refused(&mut world, &ann, get, used, "AccessDenied");
    }
    world.advance(Duration::from_secs(60)).unwrap();
    let code = shown(&world, &seed, 0);
    let reply = done(&mut world, &ann, get, session(code.clone()));
    let answer = refused(&mut world, &ann, get, session(code.clone()), "AccessDenied");
    assert_eq!(answer.message, "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
    let role = json!({"RoleArn": "arn:aws:iam::000000000000:role/r", "RoleSessionName": "s1",
                      "SerialNumber": serial, "TokenCode": code});
    refused(&mut world, &ann, ("sts", "AssumeRole"), role, "AccessDenied");
    // With a code the session may turn to IAM, without one it may not.
    done(&mut world, &credentials(&reply), ("iam", "ListUsers"), json!({}));
    let bare = credentials(&done(&mut world, &ann, get, json!({})));
    refused(&mut world, &bare, ("iam", "ListUsers"), json!({}), "InvalidClientTokenId");
    done(&mut world, &bare, ("sqs", "ListQueues"), json!({}));
    world.advance(Duration::from_secs(30)).unwrap();
    let next = session(shown(&world, &seed, 0));
    done(&mut world, &ann, get, next);
}
